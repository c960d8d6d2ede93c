using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Keeps one instance registered until told otherwise: renews its own lease at a third of the time to live, registers
/// again for ever after any loss, and stops for good when another owner has taken its id.
/// </summary>
/// <remarks>Safe for concurrent use. Disposing deregisters, within <see cref="RegistrationOptions.DeregisterTimeout"/>.</remarks>
public sealed class RegistrationKeeper : IAsyncDisposable
{
    private readonly IServiceRegistry _registry;
    private readonly RegistrationOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly AsyncSignal _changed;
    private readonly Backoff _backoff;
    private readonly RandomStream _jitter;
    private readonly string _owner;
    private readonly SpawnedLoop _loop;
    private volatile ServiceInstance _desired;
    private volatile ServiceRegistration? _registration;
    // What was sent last: it may be in the registry even if no answer came.
    private volatile ServiceRegistration? _sent;
    private ServiceInstance? _written;
    private volatile RegistrationState _state = RegistrationState.Registering;
    private bool _hasRegistered;
    private int _disposed;

    /// <summary>Starts to register <paramref name="instance"/>.</summary>
    /// <param name="registry">Where. Not disposed by the keeper.</param>
    /// <param name="instance">What.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="options">The recommended ones when null.</param>
    public RegistrationKeeper(
        IServiceRegistry registry, ServiceInstance instance,
        ServiceEnvironment? environment = null, RegistrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(instance);
        _registry = registry;
        _desired = instance;
        _environment = environment ?? ServiceEnvironment.System;
        _options = options ?? new RegistrationOptions();
        _changed = new AsyncSignal(_environment);
        _jitter = _environment.Random($"register {instance.Service}/{instance.Id}");
        _backoff = new Backoff(_options.FirstBackoff, _options.RenewalPeriod, _jitter);
        _owner = _environment.NewId();
        _loop = _environment.Spawn($"register {instance.Service}/{instance.Id}", RunAsync);
    }

    /// <summary>What should be registered.</summary>
    public ServiceInstance Instance => _desired;

    /// <summary>How far it has come.</summary>
    public RegistrationState State => _state;

    /// <summary>Waits until the instance is in the registry.</summary>
    /// <exception cref="RegistrationFencedException">Another owner has the id.</exception>
    public async ValueTask WaitUntilRegisteredAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var seen = _changed.Version;
            if (_state == RegistrationState.Registered) return;
            if (_state == RegistrationState.Fenced) throw RegistrationFencedException.Of(_desired);
            if (_state == RegistrationState.Deregistered) throw new InvalidOperationException($"{_desired} was deregistered.");
            await _changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Changes what is registered (weight, metadata, status); written at once, and after any loss too.</summary>
    /// <exception cref="ArgumentException"><paramref name="instance"/> has another service or id.</exception>
    public void Update(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (instance.Service != _desired.Service || instance.Id != _desired.Id)
            throw new ArgumentException($"This keeper is for {_desired}; start another one for {instance}.", nameof(instance));
        _desired = instance;
        _changed.Set();
    }

    /// <summary>Stops renewing, then deregisters. Bounded in time even if the registry does not answer; never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await WaitUntilOverAsync().ConfigureAwait(false);
            return;
        }

        // The loop has to be over before the entry is removed, or it could write the entry once more.
        await _loop.DisposeAsync().ConfigureAwait(false);
        if (_state == RegistrationState.Fenced) return;
        Exception? error = null;
        if ((_registration ?? _sent) is { } registration)
        {
            using var deadline = new Deadline(_environment.Time, _options.DeregisterTimeout, CancellationToken.None);
            try
            {
                await _registry.DeregisterAsync(registration, deadline.Token).AsTask().WaitAsync(deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The entry ends with its lease then.
                error = e;
            }
        }

        Move(RegistrationState.Deregistered, error);
    }

    private async ValueTask WaitUntilOverAsync()
    {
        while (true)
        {
            var seen = _changed.Version;
            if (_state is RegistrationState.Deregistered or RegistrationState.Fenced) return;
            await _changed.WaitAsync(seen, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (_state != RegistrationState.Fenced)
        {
            try
            {
                await StepAsync(stop).ConfigureAwait(false);
                _backoff.Reset();
            }
            catch (RegistrationFencedException e)
            {
                Move(RegistrationState.Fenced, e);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                // Whether the entry still lives is not known; the next renewal tells.
                Move(_hasRegistered ? RegistrationState.Lost : RegistrationState.Registering, e);
                await _environment.Time.DelayAsync(_backoff.Next(), stop).ConfigureAwait(false);
            }
        }
    }

    // Registers if that is needed, else waits for the next renewal and renews.
    private async Task StepAsync(CancellationToken stop)
    {
        var seen = _changed.Version;
        var desired = _desired;
        // Compared with what was sent, not with what was confirmed: a registry that confirms something else would be
        // written to again and again without a pause.
        if (_registration is not { } current || !ReferenceEquals(_written, desired))
        {
            var terms = new RegistrationTerms(_owner, _options.TimeToLive, TakeOver: !_hasRegistered);
            using var deadline = new Deadline(_environment.Time, _options.EffectiveRequestTimeout, stop);
            _sent = new ServiceRegistration(desired, _owner, _options.TimeToLive, Lease: "");
            // Waited for by the token too: a registry that is deaf to it must not hold up the end of a program.
            _registration = await _registry.RegisterAsync(desired, terms, deadline.Token).AsTask()
                .WaitAsync(deadline.Token).ConfigureAwait(false);
            _written = desired;
            _hasRegistered = true;
            Move(RegistrationState.Registered, null);
            return;
        }

        if (_state == RegistrationState.Registered)
            await WaitForRenewalAsync(current.TimeToLive / 3, seen, stop).ConfigureAwait(false);
        if (!ReferenceEquals(desired, _desired)) return;

        using var limit = new Deadline(_environment.Time, _options.EffectiveRequestTimeout, stop);
        switch (await _registry.RenewAsync(current, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false))
        {
            case RenewalResult.Renewed:
                Move(RegistrationState.Registered, null);
                break;
            case RenewalResult.Lost:
                _registration = null;
                Move(RegistrationState.Lost, null);
                break;
            default:
                throw RegistrationFencedException.Of(desired);
        }
    }

    // A tenth of jitter, only towards early, so that many instances started together spread and none is late.
    private async Task WaitForRenewalAsync(TimeSpan period, long seen, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var wait = period - _jitter.NextTime(period / 10);
        var delay = _environment.Time.DelayAsync(wait, either.Token).AsTask();
        var update = _changed.WaitAsync(seen, either.Token);
        await Task.WhenAny(delay, update).ConfigureAwait(false);
        either.Cancel();
        stop.ThrowIfCancellationRequested();
    }

    private void Move(RegistrationState state, Exception? error)
    {
        if (_state == state && error is null) return;
        _state = state;
        _environment.Listener.OnRegistrationChanged(_desired, state, error);
        _changed.Set();
    }
}
