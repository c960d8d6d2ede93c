using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace HA.Core.Recipes.Tests;

/// <summary>What an instance serves.</summary>
internal static class Sites
{
    internal static void Map(WebApplication app, Instance instance)
    {
        app.MapGrpcService<EchoService>();
        app.Map("/socket", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[1024];
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: WebSocketMessageType.Text } message)
            {
                var received = buffer.AsMemory(0, message.Count);
                await socket.SendAsync(received, message.MessageType, message.EndOfMessage, context.RequestAborted);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        });
        app.Map("/items/{number:int}", async (HttpContext context) =>
        {
            using var body = new StreamReader(context.Request.Body);
            var text = await body.ReadToEndAsync(context.RequestAborted);
            await instance.EnterAsync(context.RequestAborted);
            if (instance.Fails is { } status) return Results.StatusCode(status);
            return Results.Text($"{instance.Id}{text}");
        });
    }
}
