using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Deregisters, and asks again while the registry fails: an outage of a moment must not leave an entry behind that gets
/// calls until its lease ends.
/// </summary>
/// <remarks>
/// No pause is longer than a quarter of <see cref="RegistrationOptions.DeregisterTimeout"/>, so after refusals one request is
/// still to come when the registry is back by three quarters of it. One that is not answered is given up as late as any
/// other, since asking twice does no harm.
/// </remarks>
internal sealed class Goodbye(IServiceRegistry registry, RegistrationOptions options, TimeProvider time, RandomStream jitter)
{
    private readonly Backoff _backoff = new(options.FirstBackoff, options.DeregisterTimeout / 4, jitter);

    /// <summary>Ends when the entry is removed, or with <paramref name="limit"/>; answers what failed last. Never throws.</summary>
    internal async Task<Exception?> SayAsync(ServiceRegistration registration, CancellationToken limit)
    {
        Exception? failure = null;
        while (true)
        {
            try
            {
                using var answer = new Deadline(time, options.EffectiveRequestTimeout, limit);
                await registry.DeregisterAsync(registration, answer.Token).AsTask().WaitAsync(answer.Token).ConfigureAwait(false);
                return null;
            }
            catch (ObjectDisposedException e)
            {
                // Nothing passes through it any more, however long one waits.
                return e;
            }
            catch (OperationCanceledException e)
            {
                failure ??= new RegistryException("The registry does not answer.", e);
            }
            catch (Exception e)
            {
                failure = e;
            }

            var pause = time.DelayAsync(_backoff.Next(), limit).AsTask();
            await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (limit.IsCancellationRequested) return failure;
        }
    }
}
