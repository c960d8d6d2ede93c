using System.Collections.Immutable;
using HA.Core.Hosting.Settings;
using HA.Core.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace HA.Core.Hosting.Centre;

/// <summary>The configuration that a centre holds, followed for ever: the last good one, whatever happens to the centre.</summary>
/// <remarks>
/// A snapshot is tried before anybody sees it: what is malformed, too much, or would not do as options of this program changes
/// nothing. All keys change at once, behind one reference. Safe for concurrent use.
/// </remarks>
internal sealed class CentreProvider : IConfigurationProvider, IDisposable
{
    private const int LongestMessage = 500;
    private const int MostNames = 10;

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _known = new();
    private readonly ConfigurationCentreOptions _options;
    private readonly IConfigurationCentre _centre;
    private readonly DeniedKeys _denied;
    private readonly CentreKeys _reader;
    private ImmutableArray<Func<string?>> _judges = [];
    private ConfigurationReloadToken _token = new();
    private volatile KeySet _current = KeySet.Empty;
    private volatile string? _refused;
    private volatile string? _outage;
    private HashSet<string> _deniedBefore = new(StringComparer.OrdinalIgnoreCase);
    private SpawnedLoop? _loop;

    internal CentreProvider(ConfigurationCentreOptions options)
    {
        _options = options;
        var create = options.Create ?? throw new InvalidOperationException(
            "AddHaConfiguration needs a centre, such as AddHaConfiguration(\"ha/shop\", centre => centre.FromEtcd()).");
        _centre = create(new CentreScope(options.Prefix, options.Limits, options.Environment));
        _denied = new DeniedKeys(options.Denied);
        _reader = new CentreKeys(options.Limits, _denied);
        Journal = new CentreJournal(options.OnEvent);
    }

    internal CentreJournal Journal { get; }

    internal string Name => _centre.Name;

    /// <summary>Why what the centre says now is not used; null if it is.</summary>
    internal string? Refused => _refused;

    /// <summary>Why the centre is not heard at the moment; null if it is.</summary>
    internal string? Outage => _outage;

    internal KeySet Current => _current;

    public void Load()
    {
        // Asked again it has nothing newer: it follows the centre by itself.
        if (!Start()) return;
        using (_options.Environment.Time.CreateTimer(
            static known => ((ManualResetEventSlim)known!).Set(), _known, _options.StartTimeout, Timeout.InfiniteTimeSpan))
        {
            // A program has its configuration before it does anything else; loading it is not asynchronous in .NET.
            _known.Wait();
        }

        if (_current.Origin == KeyOrigin.None) Restore();
        if (_current.Origin != KeyOrigin.None || !_options.IsRequired) return;
        Dispose();
        throw new CentreException(
            $"The configuration below '{_options.Prefix}' is required, and {_outage ?? "the centre did not answer"}. Nothing is kept on "
            + "disk either: name a Folder, or leave IsRequired out.");
    }

    public bool TryGet(string key, out string? value) => Seen.TryGet(key, out value);

    public void Set(string key, string? value)
    {
        lock (_gate) _current = _current.With(key, value);
    }

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
        Seen.GetChildKeys(earlierKeys, parentPath);

    public IChangeToken GetReloadToken() => Volatile.Read(ref _token);

    public void Dispose() => _loop?.Stop();

    /// <inheritdoc/>
    public override string ToString() => $"configuration centre {Name}";

    /// <summary>Options were made with what was there: from now on each change is tried on them first.</summary>
    /// <param name="judge">Says what would be wrong with what the calling thread sees; null if nothing.</param>
    /// <param name="used">What they were made with.</param>
    /// <returns>False if something else is there by now, which nobody has tried.</returns>
    internal bool TryBegin(Func<string?> judge, KeySet used)
    {
        lock (_gate)
        {
            if (_judges.Contains(judge)) return true;
            if (_current != used) return false;
            _judges = _judges.Add(judge);
        }

        if (used.Origin == KeyOrigin.Live) Keep(used);
        return true;
    }

    /// <summary>The options of the judge are no more.</summary>
    internal void End(Func<string?> judge)
    {
        lock (_gate) _judges = _judges.Remove(judge);
    }

    /// <summary>
    /// At the start: options cannot be made with what is there, so the former ones are tried, from the disk, and then none. A
    /// slip in the centre must not keep every program from starting.
    /// </summary>
    /// <returns>False if there was nothing to take back.</returns>
    internal bool TryWithdraw(string reason)
    {
        lock (_gate)
        {
            if (!_judges.IsEmpty || _current.Origin == KeyOrigin.None) return false;
            var stored = _current.Origin == KeyOrigin.Live ? Stored() : null;
            _current = stored is not null && !stored.HasKeysOf(_current) ? stored : KeySet.Empty;
        }

        Refuse(reason);
        _options.Environment.Post(static p => ((CentreProvider)p!).Reload(), this);
        return true;
    }

    /// <summary>Begins to follow the centre, and waits for nothing; false if it does already.</summary>
    internal bool Start()
    {
        lock (_gate)
        {
            if (_loop is not null) return false;
            _loop = _options.Environment.Spawn($"configuration {_options.Prefix}", FollowAsync);
            return true;
        }
    }

    private KeySet Seen => KeySet.PinnedFor(this) ?? _current;

    private async Task FollowAsync(CancellationToken stop)
    {
        var environment = _options.Environment;
        await using var _ = _centre.ConfigureAwait(false);
        var backoff = new Backoff(FirstBackoff, MaxBackoff, environment.Random($"configuration {Name}"));
        while (true)
        {
            try
            {
                await foreach (var snapshot in _centre.WatchAsync(stop).ConfigureAwait(false))
                {
                    backoff.Reset();
                    Hear();
                    Take(snapshot);
                }

                Lose(new InvalidOperationException("The watch ended by itself; a centre must not do that."));
            }
            catch (CentreException e)
            {
                Hear();
                Refuse(e.Message);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                Lose(e);
            }

            // Waiting helps nobody if there is something to begin with.
            if (Restore() || _refused is not null) _known.Set();
            await environment.Time.DelayAsync(backoff.Next(), stop).ConfigureAwait(false);
        }
    }

    private void Hear()
    {
        if (Interlocked.Exchange(ref _outage, null) is not null) Tell(CentreEventKind.Recovered, "It answers again.");
    }

    private void Lose(Exception failure)
    {
        var message = SettingText.Shown(failure.Message, LongestMessage);
        // Said once, however long it lasts.
        if (Interlocked.Exchange(ref _outage, message) is null) Tell(CentreEventKind.Lost, message);
    }

    private void Take(CentreSnapshot snapshot)
    {
        try
        {
            List<string> leftOut = [];
            var next = new KeySet(_reader.Read(snapshot, leftOut), KeyOrigin.Live);
            TellDenied(leftOut);
            if (snapshot.Values.IsEmpty && (Restore() || _current.Keys.Count > 0))
            {
                throw new CentreException(
                    "Nothing is left below its prefix, as in a store that lost its data. Leave one key to take all others back.");
            }

            ImmutableArray<Func<string?>> judges;
            do
            {
                lock (_gate) judges = _judges;
                if (Problem(next, judges) is { } problem) throw new CentreException(problem);
            }
            while (!TryUse(next, judges, snapshot.Revision));
        }
        catch (CentreException e)
        {
            Restore();
            Refuse(e.Message);
        }

        _known.Set();
    }

    private string? Problem(KeySet next, ImmutableArray<Func<string?>> judges) => judges.IsEmpty
        ? ProblemAlone(next)
        : KeySet.Read(
            [KeyValuePair.Create(this, next)],
            () => judges.Select(static judge => judge()).FirstOrDefault(static problem => problem is not null));

    // Before there are services nobody knows which names they will know; but what is no key, or no number, is wrong already.
    private static string? ProblemAlone(KeySet next)
    {
        var options = new HighAvailabilityOptions();
        using var root = new ConfigurationRoot([next]);
        SectionReader.Read(root.GetSection(HighAvailabilityOptions.SectionName), options);
        return options.Failures.Count == 0 ? null : string.Join(" ", options.Failures);
    }

    // False if somebody else wants to judge it by now.
    private bool TryUse(KeySet next, ImmutableArray<Func<string?>> judges, string revision)
    {
        KeySet former;
        lock (_gate)
        {
            if (_judges != judges) return false;
            (former, _current) = (_current, next);
        }

        if (Interlocked.Exchange(ref _refused, null) is not null)
            Tell(CentreEventKind.Settled, "What it says does again, and is used.");
        var hasChanged = !next.HasKeysOf(former);
        if (hasChanged || former.Origin != KeyOrigin.Live)
        {
            Tell(CentreEventKind.Applied, $"{next.Keys.Count} keys at revision {SettingText.Shown(revision)}. {Difference(former, next)}");
            if (!judges.IsEmpty) Keep(next);
        }

        if (hasChanged) Reload();
        return true;
    }

    private void Refuse(string reason)
    {
        reason = SettingText.Shown(reason, LongestMessage);
        // Said once, however often the centre is asked.
        if (Interlocked.Exchange(ref _refused, reason) != reason) Tell(CentreEventKind.Rejected, reason);
    }

    // What was kept, unless there is something to use already.
    private bool Restore()
    {
        lock (_gate)
        {
            if (_current.Origin != KeyOrigin.None || !_judges.IsEmpty || Stored() is not { } stored) return false;
            _current = stored;
        }

        Tell(CentreEventKind.Restored, $"{_current.Keys.Count} keys that were kept on disk are used until it says something that does.");
        return true;
    }

    private KeySet? Stored()
    {
        if (StoreOf(_options) is not { } file) return null;
        try
        {
            if (file.Load() is not { } keys) return null;
            foreach (var key in keys.Keys.Where(_denied.Contains).ToArray()) keys.Remove(key);
            var stored = new KeySet(keys, KeyOrigin.Stored);
            return ProblemAlone(stored) is { } problem ? throw new CentreException(problem) : stored;
        }
        catch (CentreException e)
        {
            Tell(CentreEventKind.StoreFailed, e.Message);
            return null;
        }
    }

    private void Keep(KeySet keys)
    {
        try
        {
            StoreOf(_options)?.Save(keys.Keys);
        }
        catch (CentreException e)
        {
            Tell(CentreEventKind.StoreFailed, e.Message);
        }
    }

    private static CentreFile? StoreOf(ConfigurationCentreOptions options) =>
        options.Folder is { } folder ? new CentreFile(folder, options.Prefix, options.Limits) : null;

    private void TellDenied(List<string> leftOut)
    {
        foreach (var key in leftOut.Where(k => !_deniedBefore.Contains(k)))
            Tell(CentreEventKind.Denied, $"'{SettingText.Shown(key, LongestMessage)}' may not be set there, and was left out.");
        _deniedBefore = new(leftOut, StringComparer.OrdinalIgnoreCase);
    }

    private void Reload()
    {
        var former = Interlocked.Exchange(ref _token, new ConfigurationReloadToken());
        try
        {
            former.OnReload();
        }
        catch (Exception e)
        {
            // Somebody's callback; it must not end the one who follows the centre.
            Tell(CentreEventKind.ListenerFailed, SettingText.Shown(e.GetBaseException().Message, LongestMessage));
        }
    }

    // Names only: a value may be a secret.
    private static string Difference(KeySet former, KeySet next)
    {
        var changed = next.Keys.Where(k => !former.Keys.TryGetValue(k.Key, out var value) || value != k.Value).Select(static k => k.Key)
            .Concat(former.Keys.Keys.Where(k => !next.Keys.ContainsKey(k))).ToArray();
        var more = changed.Length > MostNames ? $" and {changed.Length - MostNames} more" : "";
        return changed.Length == 0 ? "None differs." : $"Changed: {string.Join(", ", changed.Take(MostNames))}{more}.";
    }

    private void Tell(CentreEventKind kind, string message) => Journal.Tell(new CentreEvent(kind, Name, message));
}
