using HA.Core.Etcd.Grpc;
using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Etcd;

/// <summary>
/// Calls to whichever member answers. Every wait ends by a deadline of ours; a call that finds no member goes to the next,
/// once around. That is safe because every request of this registry may be executed twice: grants name their lease, writes
/// compare.
/// </summary>
internal sealed class EtcdClient : IDisposable
{
    // A call that somebody gives up sooner says nothing about the connection.
    private static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(300);

    private readonly EtcdRegistryOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly Uri[] _addresses;
    private readonly EtcdTokens _tokens;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private GrpcLink? _link;
    private int _index;

    internal EtcdClient(EtcdRegistryOptions options, ServiceEnvironment environment)
    {
        _options = options;
        _environment = environment;
        _addresses = [.. options.Endpoints.Select(EtcdRegistryOptions.AddressOf)];
        // Not all processes at the first one.
        _index = environment.Random("etcd endpoint").Next(_addresses.Length);
        _tokens = new EtcdTokens(options, environment.Time, _end.Token);
    }

    /// <summary>Cancelled when the registry is disposed.</summary>
    internal CancellationToken End => _end.Token;

    internal Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse> =>
        RunAsync((link, token, stop) => link.CallAsync(method, request, token, stop), cancellationToken);

    /// <summary>Runs what needs a connection and a token (null where there are no users).</summary>
    /// <exception cref="RegistryException">No member did it in time. A refusal of etcd is a <see cref="GrpcException"/>.</exception>
    internal async Task<T> RunAsync<T>(Func<GrpcLink, string?, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new Deadline(_environment.Time, _options.RequestTimeout, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _end.Token);
        for (var left = _addresses.Length; ; left--)
        {
            // A request that came while there was no leader may get no answer even when there is one again.
            using var attempt = new Deadline(_environment.Time, left > 1 ? Share : _options.RequestTimeout, either.Token);
            var link = CurrentLink();
            var since = _environment.Time.GetTimestamp();
            try
            {
                return await _tokens.WithTokenAsync(link, call, attempt.Token).ConfigureAwait(false);
            }
            catch (GrpcException e) when (e.IsUnavailable && left > 1 && !either.IsCancellationRequested)
            {
                Leave(link);
            }
            catch (OperationCanceledException) when (left > 1 && attempt.IsExpired && !either.IsCancellationRequested)
            {
                Leave(link);
            }
            catch (OperationCanceledException e)
            {
                // What does not answer may be a connection that nobody is at the end of.
                if (_environment.Time.GetElapsedTime(since) >= Suspicious) Leave(link);
                throw GivenUp(e, link, cancellationToken);
            }
            catch (GrpcException e)
            {
                if (e.IsUnavailable || e.IsForeign) Leave(link);
                throw Translate(e, link);
            }
        }
    }

    /// <summary>The next call makes a new connection, to the next member if there are several.</summary>
    internal void Leave(GrpcLink link)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_link, link)) return;
            _link = null;
            _index = (_index + 1) % _addresses.Length;
        }

        link.Dispose();
    }

    /// <summary>What a failure means to users of the registry.</summary>
    internal RegistryException Translate(GrpcException error, GrpcLink link) => error switch
    {
        { IsForeign: true } or { Code: GrpcException.Unimplemented } => new EtcdProtocolException(
            $"{link.Address} does not speak etcd's gRPC: it is another server, a port of etcd that is not for clients, or "
            + $"one that wants https. {error.Message}", error),
        { IsStaleToken: true } when _options.UserName is null => new EtcdAuthenticationException(
            "etcd wants a user: set UserName and Password.", error),
        { IsStaleToken: true } => new EtcdAuthenticationException($"etcd refuses its own token: {error.Message}", error),
        { Code: GrpcException.InvalidArgument } when error.Message.Contains("authentication failed", StringComparison.Ordinal) =>
            new EtcdAuthenticationException($"etcd does not accept the password of user '{_options.UserName}'.", error),
        { Code: GrpcException.PermissionDenied } => new EtcdPermissionException(
            $"The user may not use the keys of this registry. Give its role the right to read and write those that begin with "
            + $"'{_options.KeyPrefix}/'. etcd says: {error.Message}", error),
        { IsUnavailable: true } => new RegistryException(
            $"etcd at {link.Address} could not be reached: {error.Message}{Hint(error, link)}", error),
        _ => error,
    };

    /// <summary>Refuses every further call and ends those that wait. Streams that are open are their owners' to end.</summary>
    public void Dispose()
    {
        GrpcLink? link;
        lock (_gate)
        {
            (link, _link) = (_link, null);
        }

        _end.Cancel();
        link?.Dispose();
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, typeof(EtcdRegistry));

    private TimeSpan Share => _options.RequestTimeout / Math.Min(3, _addresses.Length);

    private GrpcLink CurrentLink()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            return _link ??= new GrpcLink(_addresses[_index], _options.CreateHandler());
        }
    }

    private Exception GivenUp(OperationCanceledException error, GrpcLink link, CancellationToken caller) => error switch
    {
        _ when caller.IsCancellationRequested => new OperationCanceledException(caller),
        _ when _end.IsCancellationRequested => new ObjectDisposedException(nameof(EtcdRegistry)),
        _ => new RegistryException($"etcd at {link.Address} did not answer within {_options.RequestTimeout}.", error),
    };

    // A server that misses a certificate, or TLS altogether, only closes the connection.
    private string Hint(GrpcException error, GrpcLink link) => error.InnerException switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => "",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            " Check TrustedRoots, TlsHost and ClientCertificate.",
        _ when link.Address.Scheme == "https" => _options.ClientCertificate is null ? " It may want a ClientCertificate." : "",
        _ => link.HasGreeted ? "" : " If it wants TLS, its endpoint must begin with https.",
    };
}
