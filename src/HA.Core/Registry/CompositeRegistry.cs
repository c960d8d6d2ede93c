using System.Runtime.CompilerServices;

namespace HA.Core.Registry;

/// <summary>
/// Two registries as one, to move from one to the other without a flag day: writes go to both, reads come from one, the two
/// are compared, and which one is read is switched while everything runs.
/// </summary>
/// <remarks>
/// <para>The one that is read keeps the laws; what it throws is thrown, what it answers is the answer. The other one is
/// written to as well as it can be: if it fails, hangs or says that another owner has the id, the listener is told and the
/// write that counts is not harmed. While it fails, one write at a time tries it. What it lacks is written with the next
/// renewal. An entry that cannot be removed from it ends with its lease.</para>
/// <para>While the one that is read fails, entries in the other one are still renewed, and new ones still written there, so
/// that switching is a way out. Safe for concurrent use.</para>
/// </remarks>
public sealed partial class CompositeRegistry : IServiceRegistry
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Pair> _pairs = new(StringComparer.Ordinal);
    private readonly IServiceRegistry _first;
    private readonly IServiceRegistry _second;
    private readonly CompositeRegistryOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly SecondaryWrites _secondary;
    private readonly SpawnedLoop _comparisons;
    private volatile Roles _roles;

    /// <summary>Joins two registries. The first one is read.</summary>
    /// <param name="first">The one to move away from. Disposed with this.</param>
    /// <param name="second">The one to move to. Disposed with this.</param>
    /// <param name="options">The recommended ones when null.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    public CompositeRegistry(
        IServiceRegistry first, IServiceRegistry second, CompositeRegistryOptions? options = null, ServiceEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (ReferenceEquals(first, second)) throw new ArgumentException("The two are the same registry.", nameof(second));
        _first = first;
        _second = second;
        _options = options ?? new CompositeRegistryOptions();
        _environment = environment ?? ServiceEnvironment.System;
        _secondary = new SecondaryWrites(_options, _environment);
        _roles = new Roles(first, second, CompositeSide.First);
        _comparisons = _environment.Spawn("compare registries", CompareForEverAsync);
    }

    /// <summary>Which one is read. Switching ends running watches with an exception: their watchers begin anew on the other one.</summary>
    public CompositeSide ReadFrom
    {
        get => _roles.Side;
        set
        {
            Roles before;
            lock (_gate)
            {
                before = _roles;
                if (before.Side == value) return;
                _roles = value == CompositeSide.First ? new Roles(_first, _second, value) : new Roles(_second, _first, value);
                foreach (var service in _suspects.Keys.ToArray()) _suspects[service] = None(service);
                Volatile.Write(ref _drift, _drift.Clear());
            }

            _secondary.Reset();
            // Cancelling runs the watches' continuations; they must not run inside whatever the caller is doing.
            _environment.Post(static s => ((Roles)s!).Switched.Cancel(), before);
        }
    }

    /// <summary>Whether the last write to the registry that is not read failed.</summary>
    public bool IsSecondaryFailing => _secondary.IsFailing;

    /// <inheritdoc/>
    public RegistryCapabilities Capabilities
    {
        get
        {
            var (read, other) = (_roles.Read.Capabilities, _roles.Other.Capabilities);
            return new RegistryCapabilities(
                $"{read.Name}, and {other.Name} written too",
                Longer(read.MinTimeToLive, other.MinTimeToLive), Longer(read.RemovalLatency, other.RemovalLatency),
                read.DepartureMemory < other.DepartureMemory ? read.DepartureMemory : other.DepartureMemory, read.SurvivesRestart);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(terms.TimeToLive, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        var roles = Know(instance.Service);
        var raised = terms with { TimeToLive = Longer(terms.TimeToLive, Capabilities.MinTimeToLive) };
        var pair = PairOf(instance, terms.Owner, isNew: true)!;
        try
        {
            var registration = await roles.Read.RegisterAsync(instance, raised, cancellationToken).ConfigureAwait(false);
            pair.Set(roles.Read, registration);
            await WriteOtherAsync(roles, pair, instance, raised, cancellationToken).ConfigureAwait(false);
            return registration;
        }
        catch (RegistrationFencedException)
        {
            Forget(instance, terms.Owner);
            throw;
        }
        catch (RegistryException)
        {
            await WriteOtherAsync(roles, pair, instance, raised, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        cancellationToken.ThrowIfCancellationRequested();
        var roles = _roles;
        var pair = PairOf(registration.Instance, registration.Owner, isNew: false);
        var other = pair?.Of(roles.Other) is { } held
            ? _secondary.TryAsync<RenewalResult?>(
                held.Instance.Service, held.TimeToLive,
                async token => await roles.Other.RenewAsync(held, token).ConfigureAwait(false), cancellationToken)
            : Task.FromResult<RenewalResult?>(RenewalResult.Lost);
        RenewalResult result;
        try
        {
            result = await roles.Read.RenewAsync(pair?.Of(roles.Read) ?? registration, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // It is bounded, and never throws.
            await other.ConfigureAwait(false);
        }

        if (result == RenewalResult.Fenced) Forget(registration.Instance, registration.Owner);
        if (result != RenewalResult.Renewed) return result;
        var there = await other.ConfigureAwait(false);
        if (there == RenewalResult.Fenced)
        {
            var fenced = RegistrationFencedException.Of(registration.Instance);
            _environment.Listener.OnSecondaryRegistryFailed(registration.Instance.Service, fenced);
        }

        if (there == RenewalResult.Lost)
        {
            pair ??= PairOf(registration.Instance, registration.Owner, isNew: true)!;
            var terms = new RegistrationTerms(registration.Owner, registration.TimeToLive, TakeOver: false);
            await WriteOtherAsync(roles, pair, registration.Instance, terms, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <inheritdoc/>
    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        cancellationToken.ThrowIfCancellationRequested();
        var roles = _roles;
        var pair = PairOf(registration.Instance, registration.Owner, isNew: false);
        var unknown = registration with { Lease = "" };
        Forget(registration.Instance, registration.Owner);
        var other = _secondary.TryAsync(
            registration.Instance.Service, registration.TimeToLive,
            async token =>
            {
                await roles.Other.DeregisterAsync(pair?.Of(roles.Other) ?? unknown, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
        try
        {
            await roles.Read.DeregisterAsync(pair?.Of(roles.Read) ?? unknown, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await other.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        Know(InstanceRules.ServiceName(service)).Read.DiscoverAsync(service, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var roles = Know(InstanceRules.ServiceName(service));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, roles.Switched.Token);
        var catalogs = roles.Read.WatchAsync(service, either.Token).GetAsyncEnumerator(either.Token);
        await using var _ = catalogs.ConfigureAwait(false);
        while (true)
        {
            bool hasNext;
            try
            {
                hasNext = await catalogs.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && roles.Switched.IsCancellationRequested)
            {
                throw new RegistryException($"'{service}' is read from the other registry now.", e);
            }

            if (!hasNext) yield break;
            yield return catalogs.Current;
        }
    }

    /// <summary>Disposes both registries.</summary>
    public async ValueTask DisposeAsync()
    {
        await _comparisons.DisposeAsync().ConfigureAwait(false);
        await _first.DisposeAsync().ConfigureAwait(false);
        await _second.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteOtherAsync(
        Roles roles, Pair pair, ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        var written = await _secondary.TryAsync(
            instance.Service, terms.TimeToLive, token => roles.Other.RegisterAsync(instance, terms, token), cancellationToken)
            .ConfigureAwait(false);
        // If it failed the next renewal asks, is told that it is lost, and writes it.
        pair.Set(roles.Other, written);
    }

    private Roles Know(string service)
    {
        lock (_gate)
        {
            _suspects.TryAdd(service, None(service));
            return _roles;
        }
    }

    private Pair? PairOf(ServiceInstance instance, string owner, bool isNew)
    {
        lock (_gate)
        {
            var key = KeyOf(instance, owner);
            if (!_pairs.TryGetValue(key, out var pair) && isNew) _pairs.Add(key, pair = new Pair(_first));
            return pair;
        }
    }

    private void Forget(ServiceInstance instance, string owner)
    {
        lock (_gate) _pairs.Remove(KeyOf(instance, owner));
    }

    private static string KeyOf(ServiceInstance instance, string owner) => $"{instance.Service}/{instance.Id}/{owner}";

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed record Roles(IServiceRegistry Read, IServiceRegistry Other, CompositeSide Side)
    {
        internal CancellationTokenSource Switched { get; } = new();
    }

    /// <summary>What each registry answered to one registration; null if it did not.</summary>
    private sealed class Pair(IServiceRegistry first)
    {
        private volatile ServiceRegistration? _first;
        private volatile ServiceRegistration? _second;

        internal ServiceRegistration? Of(IServiceRegistry side) => ReferenceEquals(side, first) ? _first : _second;

        internal void Set(IServiceRegistry side, ServiceRegistration? registration)
        {
            if (ReferenceEquals(side, first)) _first = registration;
            else _second = registration;
        }
    }
}
