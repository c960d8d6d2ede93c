using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Keeps one instance registered until told otherwise: renews its own lease at a third of the time to live, registers
/// again for ever after any loss, and stops for good when another owner has taken its id and renews it. An entry of an
/// earlier owner that a restored backup brought back is no such owner: it is replaced. Nor is a late request of a process
/// that has died: its entry runs out, and then the id is taken back.
/// </summary>
/// <remarks>
/// While the registry fails, two requests are never further apart than a third of the time to live: an instance is back
/// within that time, and a request, of the registry's return. The keepers of a process that share a registry object come
/// back spread over that time and take turns, so many at once. Safe for concurrent use. Disposing deregisters, and asks again
/// while that fails, for <see cref="RegistrationOptions.DeregisterTimeout"/> at most.
/// </remarks>
public sealed class RegistrationKeeper : IAsyncDisposable
{
    private readonly IServiceRegistry _registry;
    private readonly RegistrationOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly AsyncSignal _changed;
    private readonly Backoff _backoff;
    private readonly RandomStream _jitter;
    private readonly Usurper _usurper;
    private readonly string _owner;
    private readonly WriteGate _gate;
    private readonly CancellationTokenSource _abandon = new();
    private readonly SpawnedLoop _loop;
    private volatile ServiceInstance _desired;
    private volatile ServiceRegistration? _registration;
    private ServiceInstance? _written;
    private volatile RegistrationState _state = RegistrationState.Registering;
    private bool _hasRegistered;
    // An entry may be there: it was asked for, and nothing since has said that it is gone.
    private bool _mayExist;
    private bool _isFresh;
    // When the entry of ours that was confirmed last came into the registry, by the registry's own account.
    private DateTimeOffset? _since;
    private long _askedAt;
    private long _confirmedAt;
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
        _usurper = new Usurper(_environment.Time);
        _owner = _environment.NewId();
        _gate = WriteGate.Of(registry, _environment);
        _gate.Count(1);
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

        using var limit = new Deadline(_environment.Time, _options.DeregisterTimeout, CancellationToken.None);
        // The loop has to be over before the entry is removed, or it could write the entry once more: a registration that
        // is on its way may arrive, for half of the time.
        using (var half = new Deadline(_environment.Time, _options.DeregisterTimeout / 2, CancellationToken.None))
        using (half.Token.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _abandon))
            await _loop.DisposeAsync().ConfigureAwait(false);
        _gate.Count(-1);
        _abandon.Dispose();
        if (_state == RegistrationState.Fenced) return;
        Exception? error = null;
        if (_mayExist)
        {
            // One whose answer never came has no lease to show; the owner is enough.
            var registration = _registration ?? new ServiceRegistration(_desired, _owner, _options.TimeToLive, "");
            var goodbye = new Goodbye(_registry, _options, _environment.Time, _jitter);
            // If it comes to nothing, the entry ends with its lease.
            error = await goodbye.SayAsync(registration, limit.Token).ConfigureAwait(false);
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
                _mayExist = false;
                Move(RegistrationState.Fenced, e);
            }
            catch (Exception e)
            {
                // Whatever it was, it ends with the loop.
                if (stop.IsCancellationRequested) return;
                if (e.InnerException is not RegistrationFencedException) _usurper.Forget();
                // Whether the entry still lives is not known; the next renewal tells.
                Move(_hasRegistered ? RegistrationState.Lost : RegistrationState.Registering, e);
                var left = _options.RenewalPeriod - _environment.Time.GetElapsedTime(_askedAt);
                var wait = _backoff.Next();
                await _environment.Time.DelayAsync(wait < left ? wait : left, stop).ConfigureAwait(false);
            }
        }
    }

    // Waits until there is something to write, then for a turn, and writes it.
    private async Task StepAsync(CancellationToken stop)
    {
        var seen = _changed.Version;
        var desired = _desired;
        // Compared with what was sent, not with what was confirmed: a registry that confirms something else would be
        // written to again and again without a pause.
        if (_state == RegistrationState.Registered && _registration is { } current && ReferenceEquals(_written, desired))
        {
            await WaitForRenewalAsync(current.TimeToLive / 3, seen, stop).ConfigureAwait(false);
            if (!ReferenceEquals(desired, _desired)) return;
        }

        await EnterAsync(stop).ConfigureAwait(false);
        try
        {
            _askedAt = _environment.Time.GetTimestamp();
            await WriteAsync(desired, stop).ConfigureAwait(false);
        }
        finally
        {
            _gate.Leave();
        }
    }

    private async Task WriteAsync(ServiceInstance desired, CancellationToken stop)
    {
        try
        {
            if (MayRenew(desired) is { } held && await RenewAsync(held, stop).ConfigureAwait(false)) return;
            await RegisterAsync(desired, takeOver: !_hasRegistered).ConfigureAwait(false);
        }
        catch (RegistrationFencedException e) when (_since is not null)
        {
            var holder = await HolderAsync(stop).ConfigureAwait(false);
            // Who was there before us did not take the id from us: a restored backup has brought it back. See decision 0014.
            if (holder is not null && !(holder.RegisteredAt < _since))
            {
                if (_usurper.HasHeldFor(Lifetime, holder)) throw;
                throw new RegistryException($"Another owner has taken the id '{desired.Id}'; it keeps it if it renews it.", e);
            }

            await RegisterAgainAsync(desired, holder).ConfigureAwait(false);
        }
    }

    // How long an entry that nobody renews may be seen.
    private TimeSpan Lifetime => (_registration?.TimeToLive ?? _options.TimeToLive) + _registry.Capabilities.RemovalLatency;

    private async Task RegisterAgainAsync(ServiceInstance desired, ServiceInstance? holder)
    {
        try
        {
            await RegisterAsync(desired, takeOver: holder is not null).ConfigureAwait(false);
        }
        catch (RegistrationFencedException e) when (holder is null)
        {
            // A registry that names nobody and refuses all the same is ill: it must not end a registration for good.
            throw new RegistryException($"The registry says that another owner has the id '{desired.Id}', and does not show it.", e);
        }
    }

    private async Task<ServiceInstance?> HolderAsync(CancellationToken stop)
    {
        using var limit = new Deadline(_environment.Time, _options.EffectiveRequestTimeout, stop);
        var catalog = await _registry.DiscoverAsync(_desired.Service, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        foreach (var instance in catalog.Instances)
        {
            if (instance.Id == _desired.Id) return instance;
        }

        return null;
    }

    // What has certainly ended by now is not asked for first: after a long outage that would be one request more for each.
    private ServiceRegistration? MayRenew(ServiceInstance desired) =>
        _registration is { } held && ReferenceEquals(_written, desired)
            && _environment.Time.GetElapsedTime(_confirmedAt) < Lifetime
            ? held
            : null;

    private async Task EnterAsync(CancellationToken stop)
    {
        var turn = _gate.EnterAsync(_options.RenewalPeriod / 4, stop);
        var hasEntered = await _environment.Time.EndsWithinAsync(turn, _options.EffectiveRequestTimeout, stop).ConfigureAwait(false);
        if (!hasEntered && _hasRegistered && !stop.IsCancellationRequested)
            Move(RegistrationState.Lost, new RegistryException("The registry does not answer; this registration waits behind others."));

        await turn.ConfigureAwait(false);
    }

    private async Task<bool> RenewAsync(ServiceRegistration held, CancellationToken stop)
    {
        using var limit = new Deadline(_environment.Time, _options.EffectiveRequestTimeout, stop);
        // Waited for by the token too: a registry that is deaf to it must not hold up the end of a program.
        switch (await _registry.RenewAsync(held, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false))
        {
            case RenewalResult.Renewed:
                _isFresh = false;
                _confirmedAt = _environment.Time.GetTimestamp();
                Move(RegistrationState.Registered, null);
                return true;
            case RenewalResult.Lost:
                _registration = null;
                _mayExist = false;
                Move(RegistrationState.Lost, null);
                return false;
            default:
                throw RegistrationFencedException.Of(_desired);
        }
    }

    // Not ended by the loop's own end: who takes leave while this is on its way would not know what it leaves behind.
    private async Task RegisterAsync(ServiceInstance desired, bool takeOver)
    {
        var terms = new RegistrationTerms(_owner, _options.TimeToLive, takeOver);
        using var limit = new Deadline(_environment.Time, _options.EffectiveRequestTimeout, _abandon.Token);
        _mayExist = true;
        _registration = await _registry.RegisterAsync(desired, terms, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        _since = _registration.Instance.RegisteredAt;
        _written = desired;
        _confirmedAt = _environment.Time.GetTimestamp();
        _isFresh = true;
        _hasRegistered = true;
        _usurper.Forget();
        Move(RegistrationState.Registered, null);
    }

    // A tenth of jitter, only towards early, so that none is late. After a registration anywhere in the period: those that
    // registered together do not renew together.
    private Task<bool> WaitForRenewalAsync(TimeSpan period, long seen, CancellationToken stop) =>
        _changed.WaitAsync(seen, period - _jitter.NextTime(_isFresh ? period : period / 10), stop);

    private void Move(RegistrationState state, Exception? error)
    {
        if (_state == state && error is null) return;
        _state = state;
        _environment.Listener.OnRegistrationChanged(_desired, state, error);
        _changed.Set();
    }
}
