namespace HA.Core.Consul;

/// <summary>Lets the writes of one entry happen one after the other, and remembers whose outcome is not known.</summary>
internal sealed class WriteGates
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);
    private readonly HashSet<string> _doubtful = new(StringComparer.Ordinal);

    /// <summary>Waits for those before; the next one goes on when the answer is disposed.</summary>
    internal async Task<Pass> EnterAsync(string name, CancellationToken cancellationToken)
    {
        Gate? gate;
        lock (_lock)
        {
            if (!_gates.TryGetValue(name, out gate)) _gates.Add(name, gate = new Gate());
            gate.Users++;
        }

        try
        {
            await gate.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Pass(this, name);
        }
        catch
        {
            Leave(name, gate);
            throw;
        }
    }

    private void Leave(string name, Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Users == 0) _gates.Remove(name);
        }
    }

    private bool IsDoubtful(string name)
    {
        lock (_lock) return _doubtful.Contains(name);
    }

    private void SetDoubtful(string name, bool value)
    {
        lock (_lock) _ = value ? _doubtful.Add(name) : _doubtful.Remove(name);
    }

    private void Return(string name)
    {
        Gate gate;
        lock (_lock) gate = _gates[name];
        gate.Turn.Release();
        Leave(name, gate);
    }

    /// <summary>The right to write one entry.</summary>
    internal sealed class Pass(WriteGates gates, string name) : IDisposable
    {
        /// <summary>Whether an earlier write may still be on its way.</summary>
        internal bool IsDoubtful
        {
            get => gates.IsDoubtful(name);
            set => gates.SetDoubtful(name, value);
        }

        public void Dispose() => gates.Return(name);
    }

    private sealed class Gate
    {
        internal SemaphoreSlim Turn { get; } = new(1);

        internal int Users { get; set; }
    }
}
