using System.Threading.Tasks.Sources;

namespace HA.Core.Calls;

/// <summary>Wakes one flow that waits for any of several things. It looks for itself what happened.</summary>
/// <remarks>Ringing is safe for concurrent use and is remembered until somebody waits; the waiter goes on where it was rung.</remarks>
internal sealed class Bell : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _hasRung;
    private bool _isAwaited;

    internal void Ring()
    {
        lock (_gate)
        {
            if (!_isAwaited)
            {
                _hasRung = true;
                return;
            }

            _isAwaited = false;
        }

        _core.SetResult(true);
    }

    internal ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_hasRung)
            {
                _hasRung = false;
                return default;
            }

            _core.Reset();
            _isAwaited = true;
            return new ValueTask(this, _core.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
