using System.Text;
using Grpc.Core;

namespace HA.Core.Recipes.Tests;

/// <summary>A service of gRPC without generated code: texts go in, the instance that answers comes out.</summary>
internal static class Echo
{
    private static readonly Marshaller<string> Text = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    internal static readonly Method<string, string> Say = new(MethodType.Unary, "echo", nameof(Say), Text, Text);

    internal static readonly Method<string, string> Chat = new(MethodType.DuplexStreaming, "echo", nameof(Chat), Text, Text);

    public static void Bind(ServiceBinderBase binder, EchoBase? service)
    {
        binder.AddMethod(Say, service is null ? null : service.Say);
        binder.AddMethod(Chat, service is null ? null : service.Chat);
    }
}

[BindServiceMethod(typeof(Echo), nameof(Echo.Bind))]
internal abstract class EchoBase
{
    public abstract Task<string> Say(string request, ServerCallContext context);

    public abstract Task Chat(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answers, ServerCallContext context);
}

internal sealed class EchoService(Instance instance) : EchoBase
{
    public override async Task<string> Say(string request, ServerCallContext context)
    {
        await instance.EnterAsync(context.CancellationToken);
        if (instance.Fails is { } status) throw new RpcException(new Status((StatusCode)status, $"{instance.Id} fails"));
        return instance.Id;
    }

    public override async Task Chat(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answers, ServerCallContext context)
    {
        await instance.EnterAsync(context.CancellationToken);
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
            await answers.WriteAsync($"{instance.Id} {request}");
        if (instance.Fails is { } status) throw new RpcException(new Status((StatusCode)status, $"{instance.Id} fails"));
    }
}

internal sealed class EchoClient(CallInvoker invoker)
{
    internal Task<string> SayAsync(string text, DateTime? deadline = null) =>
        invoker.AsyncUnaryCall(Echo.Say, null, new CallOptions(deadline: deadline), text).ResponseAsync;

    internal AsyncDuplexStreamingCall<string, string> Chat() => invoker.AsyncDuplexStreamingCall(Echo.Chat, null, default);
}
