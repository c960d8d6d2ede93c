using System.Runtime.CompilerServices;

namespace HA.Core.Http;

/// <summary>What an asynchronous method returns that ends with a response or an error and does not throw the error.</summary>
/// <remarks>
/// A task can be given its error; an async method can only throw it, only for the machinery to catch it and give it to the task. That
/// would be the third throw of a failed call beside the two of HttpClient, at the very time at which many calls fail.
/// </remarks>
/// <typeparam name="T">What the method returns: <see cref="ResponseOrError"/>.</typeparam>
[AsyncMethodBuilder(typeof(ResponseTaskBuilder<>))]
internal readonly struct ResponseTask<T>(Task<HttpResponseMessage> task) where T : struct, IResponseOrError
{
    /// <summary>As everybody else knows it.</summary>
    internal Task<HttpResponseMessage> Task { get; } = task;
}

/// <summary>The builder has to be generic, and has to know what it gets.</summary>
internal interface IResponseOrError
{
    HttpResponseMessage? Response { get; }

    Exception? Error { get; }
}

/// <summary>A response, or why there is none.</summary>
internal readonly struct ResponseOrError : IResponseOrError
{
    internal ResponseOrError(HttpResponseMessage response) => Response = response;

    internal ResponseOrError(Exception error) => Error = error;

    public HttpResponseMessage? Response { get; }

    public Exception? Error { get; }

    /// <summary>As of a method that did not have to wait.</summary>
    internal Task<HttpResponseMessage> Task
    {
        get
        {
            var builder = ResponseTaskBuilder<ResponseOrError>.Create();
            builder.SetResult(this);
            return builder.Task.Task;
        }
    }
}

/// <summary>The compiler's side of it: the usual builder, but for how it ends.</summary>
internal struct ResponseTaskBuilder<T> where T : struct, IResponseOrError
{
    // Not read-only: it makes its task when it is first asked for it.
    private AsyncTaskMethodBuilder<HttpResponseMessage> _builder;

    public ResponseTask<T> Task => new(_builder.Task);

    public static ResponseTaskBuilder<T> Create() => default;

    public void Start<TStateMachine>(ref TStateMachine stateMachine) where TStateMachine : IAsyncStateMachine =>
        _builder.Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => _builder.SetStateMachine(stateMachine);

    public void SetResult(T result)
    {
        if (result.Error is { } error) _builder.SetException(error);
        else _builder.SetResult(result.Response!);
    }

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
}
