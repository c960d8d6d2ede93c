using System.Net;
using System.Runtime.CompilerServices;
using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Consul;

/// <summary>A registry in Consul 1.8 or later, by way of one agent.</summary>
/// <remarks>
/// <para>A lease is a TTL check of the agent. When it ends, Consul calls the entry critical and this registry no longer lists
/// it; Consul itself removes it one to two minutes later. An instance whose agent has failed is
/// <see cref="ServiceStatus.Down"/>, one in maintenance <see cref="ServiceStatus.Draining"/>. What other tools registered
/// is listed too, as <c>id@node</c>.</para>
/// <para>An agent cannot compare before it writes. So each owner has an entry of its own in Consul, which only that owner's
/// requests name, and the order of the servers decides which of them holds the id: a request that arrives late harms
/// nobody else. Two that take an id at the same moment may both be told that they have it; one of them is fenced at its
/// next renewal, and readers see one of them at any moment.</para>
/// <para>Registering and deregistering return when the servers show it. Each watch is one request that the agent holds
/// open; see <see cref="ConsulRegistryOptions.MaxOpenQueries"/>. Safe for concurrent use.</para>
/// </remarks>
public sealed class ConsulRegistry : IServiceRegistry
{
    private static readonly ConsulDocumentContext Json = ConsulDocumentContext.Default;
    private const System.Text.Json.Serialization.Metadata.JsonTypeInfo<SessionReply>? NoAnswer = null;

    private readonly ConsulRegistryOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly ConsulLink _link;
    private readonly ConsulReader _reader;
    private readonly ConsulNotes _notes;
    private readonly QueryTurns _turns;
    private readonly WriteGates _gates = new();
    private long _skipped;

    /// <summary>Creates a registry; nothing is connected yet.</summary>
    /// <param name="options">The recommended ones when null: the agent on this machine.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    public ConsulRegistry(ConsulRegistryOptions? options = null, ServiceEnvironment? environment = null)
    {
        _options = options ?? new ConsulRegistryOptions();
        _environment = environment ?? ServiceEnvironment.System;
        _link = new ConsulLink(_options, _environment.Time);
        _reader = new ConsulReader(_link, _options);
        _notes = new ConsulNotes(_link, _options);
        _turns = new QueryTurns(_options.MaxOpenQueries, _options.WaitTime);
        Capabilities = new RegistryCapabilities(
            "Consul", MinTimeToLive: TimeSpan.FromSeconds(1), RemovalLatency: TimeSpan.FromMilliseconds(500),
            DepartureMemory: _options.RememberDepartures ? ConsulNotes.Memory : TimeSpan.Zero, SurvivesRestart: true);
    }

    /// <inheritdoc/>
    public RegistryCapabilities Capabilities { get; }

    /// <summary>How many entries were unusable when they were read, and skipped; one that stays counts at each read.</summary>
    public long SkippedEntries => Interlocked.Read(ref _skipped);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The instance takes more than 30 720 characters as JSON.</exception>
    /// <exception cref="ConsulNotVisibleException">The agent took it, but the catalog does not show it.</exception>
    /// <exception cref="ConsulAgentChangedException">Two calls in a row reached two agents.</exception>
    public async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(terms);
        var lifetime = terms.TimeToLiveAt(Capabilities);
        var me = ConsulEntry.NameOf(instance.Service, instance.Id, terms.Owner);
        using var gate = await _gates.EnterAsync(me, cancellationToken).ConfigureAwait(false);
        var own = await _reader.OwnAsync(me, cancellationToken).ConfigureAwait(false);
        var all = await _reader.ReadAsync(instance.Service, instance.Id, 0, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        var holder = ConsulEntry.Holder(all.Entries);
        if (!terms.TakeOver && IsAnother(holder, me)) throw Fenced(instance);

        // An entry that died gives up its place: who held the id since then keeps it.
        var isKept = own is { IsLeased: true } && holder is { IsLiving: true } && holder.ConsulId == me && holder.Node == own.Node;
        var others = isKept ? [] : all.Entries.Where(e => e.ConsulId != me || e.Node != own?.Node || !e.IsLiving);
        var generation = isKept ? holder!.Generation : others.Select(static e => e.Generation + 1).DefaultIfEmpty(0).Max();
        var since = holder is { IsLiving: true } && holder.ConsulId == me && holder.Since is { } first ? first : Now();
        var document = ConsulEntry.Describe(instance, terms.Owner, lifetime, generation, since);
        await _notes.ForgetDepartureAsync(instance.Service, instance.Id, cancellationToken).ConfigureAwait(false);
        // With it goes what an operator or an earlier life left at it, such as maintenance.
        if (own is { IsLeased: false }) await RemoveAsync(me, cancellationToken).ConfigureAwait(false);
        await WriteAsync(instance, document, gate, cancellationToken).ConfigureAwait(false);
        all = await WaitUntilVisibleAsync(instance, document, generation, lifetime, cancellationToken).ConfigureAwait(false);
        holder = ConsulEntry.Holder(all.Entries);
        if (holder is null || !holder.Is(document))
        {
            // Another came before, or has taken it over since.
            await RemoveAsync(me, cancellationToken).ConfigureAwait(false);
            throw Fenced(instance);
        }

        await RemoveReplacedAsync(instance, terms.Owner, all.Entries, holder, cancellationToken).ConfigureAwait(false);
        return new ServiceRegistration(instance.WithRegisteredAt(holder.Since), terms.Owner, lifetime, me);
    }

    /// <inheritdoc/>
    public async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var instance = registration.Instance;
        var me = ConsulEntry.NameOf(instance.Service, instance.Id, registration.Owner);
        using var gate = await _gates.EnterAsync(me, cancellationToken).ConfigureAwait(false);
        var own = await _reader.OwnAsync(me, cancellationToken).ConfigureAwait(false);
        // A write that was given up may have arrived after the one that was confirmed.
        var isAsWritten = !gate.IsDoubtful || Equals(own?.ToInstance(instance.Service)?.WithStatus(instance.Status), instance);
        if (own is not { IsLeased: true } || !isAsWritten || !await PassAsync(me, cancellationToken).ConfigureAwait(false))
        {
            var entries = await _reader.ReadAsync(instance.Service, instance.Id, 0, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            return IsAnother(ConsulEntry.Holder(entries.Entries), me) ? RenewalResult.Fenced : RenewalResult.Lost;
        }

        if (!await IsReplacedAsync(registration, me, cancellationToken).ConfigureAwait(false)) return RenewalResult.Renewed;
        await RemoveAsync(me, cancellationToken).ConfigureAwait(false);
        return RenewalResult.Fenced;
    }

    /// <inheritdoc/>
    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var instance = registration.Instance;
        var me = ConsulEntry.NameOf(instance.Service, instance.Id, registration.Owner);
        // Behind what is under way: a registration that is still being written would come after the goodbye.
        using var gate = await _gates.EnterAsync(me, cancellationToken).ConfigureAwait(false);
        var own = await _reader.OwnAsync(me, cancellationToken).ConfigureAwait(false);
        RegistryException? problem = null;
        try
        {
            var all = await _reader.ReadAsync(instance.Service, instance.Id, 0, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            var isHolder = ConsulEntry.Holder(all.Entries) is { IsLiving: true } holder && holder.ConsulId == me;
            // Before the entry goes, so that whoever sees it gone can see why.
            if (isHolder || gate.IsDoubtful)
            {
                await _notes.RememberDepartureAsync(
                    instance.Service, instance.Id, registration.Owner, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RegistryException e)
        {
            // The agent does what it can by itself.
            problem = e;
        }

        if (own is not null || gate.IsDoubtful)
        {
            await RemoveAsync(me, cancellationToken).ConfigureAwait(false);
            if (problem is null) await WaitUntilGoneAsync(instance, me, own?.Node, cancellationToken).ConfigureAwait(false);
        }

        if (problem is not null) throw problem;
        gate.IsDoubtful = false;
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        ServiceInstance.RequireValidService(service);
        var reading = await _reader.ReadAsync(service, null, 0, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return await CatalogAsync(service, reading, new WatchedDepartures(_notes, service), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ServiceInstance.RequireValidService(service);
        var pace = new QueryPace(_environment.Time);
        ServiceCatalog? told = null;
        var departures = new WatchedDepartures(_notes, service);
        var index = 0L;
        _turns.Join();
        try
        {
            while (true)
            {
                var askedAt = _environment.Time.GetTimestamp();
                var wait = _turns.Wait;
                var reading = await NextAsync(service, index, wait, cancellationToken).ConfigureAwait(false);
                if (reading.Index < index)
                    throw new ConsulResetException($"Consul went back from index {index} of '{service}' to {reading.Index}.");
                var isNews = reading.Index > index;
                index = reading.Index;
                if (isNews)
                {
                    // Consul wakes a watch for more than changes, and tells of checks that mean nothing here.
                    var catalog = await CatalogAsync(service, reading, departures, cancellationToken).ConfigureAwait(false);
                    isNews = told is null || !AreSame(told, catalog);
                    if (isNews) yield return told = catalog;
                }

                var hasWaited = _environment.Time.GetElapsedTime(askedAt) >= wait / 2;
                if (!hasWaited) await pace.WaitAsync(broughtNothing: !isNews, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turns.Leave();
        }
    }

    /// <summary>Ends all that is under way and closes the connections; waits for nobody, whatever the agent does.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task<ServiceReading> NextAsync(string service, long index, TimeSpan wait, CancellationToken cancellationToken)
    {
        // The first answer comes at once, so it waits for no turn.
        if (index == 0) return await _reader.ReadAsync(service, null, 0, wait, cancellationToken).ConfigureAwait(false);
        await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _reader.ReadAsync(service, null, index, wait, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Return();
        }
    }

    private async Task<ServiceCatalog> CatalogAsync(
        string service, ServiceReading reading, WatchedDepartures departures, CancellationToken cancellationToken)
    {
        if (reading.Entries.Count == 0) await _reader.RequireAccessAsync(service, cancellationToken).ConfigureAwait(false);
        var left = await departures.AtAsync(reading, cancellationToken).ConfigureAwait(false);
        var catalog = ConsulReader.ToCatalog(service, reading, left, out var skipped);
        if (skipped > 0) Interlocked.Add(ref _skipped, skipped);
        return catalog;
    }

    private async Task WriteAsync(
        ServiceInstance instance, RegistrationDocument document, WriteGates.Pass gate, CancellationToken cancellationToken)
    {
        // Until it is answered, whether it was done is not known, and it may yet be. Nor does its answer end an older doubt.
        var wasDoubtful = gate.IsDoubtful;
        gate.IsDoubtful = true;
        var reply = await _link.SendAsync(
            HttpMethod.Put, "agent/service/register", document, Json.RegistrationDocument, NoAnswer, cancellationToken)
            .ConfigureAwait(false);
        gate.IsDoubtful = wasDoubtful;
        ConsulLink.RequireSuccess(reply, $"register '{document.Id}'");
        // What never passed is critical after a restart of the agent.
        if (await PassAsync(document.Id, cancellationToken).ConfigureAwait(false)) return;
        var all = await _reader.ReadAsync(instance.Service, instance.Id, 0, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (IsAnother(ConsulEntry.Holder(all.Entries), document.Id)) throw Fenced(instance);
        throw new ConsulAgentChangedException(
            $"The agent at {_options.Address.Authority} does not know '{document.Id}', which was registered there a moment ago. "
            + "Is it a load balancer before several agents? Name one agent.");
    }

    /// <summary>Prolongs the lease; false if the agent has none.</summary>
    private async Task<bool> PassAsync(string me, CancellationToken cancellationToken)
    {
        var check = Uri.EscapeDataString(ConsulEntry.CheckId(me));
        var reply = await _link.SendAsync(HttpMethod.Put, $"agent/check/pass/{check}", cancellationToken).ConfigureAwait(false);
        // Consul up to 1.10 says 500 and later ones 404.
        var isUnknown = reply.Status == HttpStatusCode.NotFound
            || (reply.Status == HttpStatusCode.InternalServerError && reply.Text.Contains("CheckID", StringComparison.OrdinalIgnoreCase));
        if (!isUnknown) ConsulLink.RequireSuccess(reply, $"renew '{me}'");
        return !isUnknown;
    }

    private async Task RemoveAsync(string me, CancellationToken cancellationToken)
    {
        var reply = await _link.SendAsync(
            HttpMethod.Put, $"agent/service/deregister/{Uri.EscapeDataString(me)}", cancellationToken).ConfigureAwait(false);
        var isUnknown = reply.Status == HttpStatusCode.NotFound
            || (reply.Status == HttpStatusCode.InternalServerError && reply.Text.Contains("Unknown service", StringComparison.Ordinal));
        if (!isUnknown) ConsulLink.RequireSuccess(reply, $"deregister '{me}'");
    }

    // What the holder replaced at its own agent would come back to light when the holder leaves. Other agents are out of reach:
    // there the owner is told, and the entry ends with its lease.
    private async Task RemoveReplacedAsync(
        ServiceInstance instance, string owner, IReadOnlyList<ConsulEntry> entries, ConsulEntry holder, CancellationToken cancellationToken)
    {
        var replaced = entries.Where(e => e.ConsulId != holder.ConsulId && e.Generation < holder.Generation)
            .ToLookup(e => e.Node == holder.Node);
        foreach (var entry in replaced[true]) await RemoveAsync(entry.ConsulId, cancellationToken).ConfigureAwait(false);
        if (replaced[false].Any(static e => e.IsLeased))
            await _notes.RememberTakeOverAsync(instance.Service, instance.Id, owner, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ServiceReading> WaitUntilVisibleAsync(
        ServiceInstance instance, RegistrationDocument document, long generation, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromTicks(Math.Min(_options.RequestTimeout.Ticks, Math.Max(lifetime.Ticks / 5, TimeSpan.TicksPerSecond)));
        // Whoever takes over removes what was there, perhaps before it was seen here.
        bool IsDecided(IReadOnlyList<ConsulEntry> all) =>
            all.Any(e => e.IsLeased && (e.Is(document) || (e.ConsulId != document.Id && e.Generation > generation)));
        var reading = await WaitForAsync(instance, IsDecided, limit, cancellationToken).ConfigureAwait(false);
        if (reading is not null) return reading;
        await _reader.RequireAccessAsync(instance.Service, cancellationToken).ConfigureAwait(false);
        throw new ConsulNotVisibleException(
            $"The agent took {instance}, but the catalog does not show it after {limit}. The agent's log tells why: its own token "
            + "may lack service:write or node:write, or it does not reach the servers.");
    }

    private async Task WaitUntilGoneAsync(ServiceInstance instance, string me, string? node, CancellationToken cancellationToken)
    {
        var reading = await WaitForAsync(
            instance, all => !all.Any(e => e.ConsulId == me && e.Node == node), _options.RequestTimeout, cancellationToken)
            .ConfigureAwait(false);
        if (reading is null)
            throw new RegistryException($"The agent removed {instance}, but the catalog still shows it after {_options.RequestTimeout}.");
    }

    /// <summary>Reads an id until it is as it should be; null if it is not in time.</summary>
    private async Task<ServiceReading?> WaitForAsync(
        ServiceInstance instance, Func<IReadOnlyList<ConsulEntry>, bool> isRight, TimeSpan limit, CancellationToken cancellationToken)
    {
        var startedAt = _environment.Time.GetTimestamp();
        var index = 0L;
        while (true)
        {
            var rest = limit - _environment.Time.GetElapsedTime(startedAt);
            if (rest <= TimeSpan.Zero) return null;
            var reading = await _reader.ReadAsync(instance.Service, instance.Id, index, rest, cancellationToken).ConfigureAwait(false);
            if (isRight(reading.Entries)) return reading;
            index = reading.Index < index ? 0 : reading.Index;
        }
    }

    // An owner with another agent cannot be seen at ours. The lease is prolonged already, and while the servers cannot tell,
    // that is what counts.
    private async Task<bool> IsReplacedAsync(ServiceRegistration registration, string me, CancellationToken cancellationToken)
    {
        var (service, id) = (registration.Instance.Service, registration.Instance.Id);
        using var deadline = new Deadline(_environment.Time, registration.TimeToLive / 8, cancellationToken);
        try
        {
            if (!await _notes.MayBeReplacedAsync(registration, deadline.Token).ConfigureAwait(false)) return false;
            var all = await _reader.ReadAsync(service, id, 0, TimeSpan.Zero, deadline.Token).ConfigureAwait(false);
            return IsAnother(ConsulEntry.Holder(all.Entries), me);
        }
        catch (Exception e) when (e is RegistryException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static bool IsAnother(ConsulEntry? holder, string me) => holder is { IsLiving: true } && holder.ConsulId != me;

    private static bool AreSame(ServiceCatalog one, ServiceCatalog other) =>
        one.Instances.AsSpan().SequenceEqual(other.Instances.AsSpan()) && one.Departed.AsSpan().SequenceEqual(other.Departed.AsSpan());

    private static RegistrationFencedException Fenced(ServiceInstance instance) => new(
        $"{instance} is registered by another owner. Two processes use the id '{instance.Id}': give each its own.");

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_environment.Time.GetUtcNow().ToUnixTimeMilliseconds());
}
