using HA.Core.Etcd.Grpc;
using HA.Core.Time;

namespace HA.Core.Etcd;

/// <summary>
/// The token of the user: asked for once, since the password's hash costs the server a tenth of a second, and again when it
/// is no longer known.
/// </summary>
internal sealed class EtcdTokens(EtcdRegistryOptions options, TimeProvider time, CancellationToken end)
{
    private readonly Lock _gate = new();
    private Task<string>? _asking;

    /// <summary>Runs a call with a token, and once more with a new one if that has gone stale.</summary>
    internal async Task<T> WithTokenAsync<T>(
        GrpcLink link, Func<GrpcLink, string?, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        if (options.UserName is null) return await call(link, null, cancellationToken).ConfigureAwait(false);
        var asking = AskAsync(link);
        try
        {
            var token = await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await call(link, token, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e) when (e.IsStaleToken)
        {
            Forget(asking);
            var token = await AskAsync(link).WaitAsync(cancellationToken).ConfigureAwait(false);
            return await call(link, token, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Forget(Task<string> asked)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_asking, asked)) _asking = null;
        }
    }

    private Task<string> AskAsync(GrpcLink link)
    {
        lock (_gate)
        {
            // One question for all who wait; one that failed is not asked again.
            if (_asking is not { IsFaulted: false, IsCanceled: false }) _asking = AuthenticateAsync(link);
            return _asking;
        }
    }

    // A deadline of its own, not a caller's: who gives up sooner leaves the answer to the next one.
    private async Task<string> AuthenticateAsync(GrpcLink link)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var deadline = new Deadline(time, options.RequestTimeout, end);
        try
        {
            var request = new AuthenticateRequest { Name = options.UserName, Password = options.Password ?? "" };
            var answer = await link.CallAsync(EtcdMethods.Authenticate, request, null, deadline.Token).ConfigureAwait(false);
            return answer.Token;
        }
        catch (GrpcException e) when (e.Code == GrpcException.FailedPrecondition)
        {
            // Authentication is off: everybody may do everything, and no token is needed.
            return "";
        }
        catch (OperationCanceledException e) when (deadline.IsExpired)
        {
            throw new GrpcException(GrpcException.Unavailable, "It did not answer the password in time.", e);
        }
    }
}
