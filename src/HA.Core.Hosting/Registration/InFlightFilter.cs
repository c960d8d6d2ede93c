using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace HA.Core.Hosting.Registration;

/// <summary>Counts the requests under way, before anything else sees them.</summary>
internal sealed class InFlightFilter(DrainState state) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(CountAsync);
        next(app);
    };

    private async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        state.Enter();
        try
        {
            // Clients that do not follow the registry come again over their old connections: with this they make new ones,
            // which a balancer before this program sends elsewhere.
            if (state.IsDraining && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            state.Leave();
        }
    }
}
