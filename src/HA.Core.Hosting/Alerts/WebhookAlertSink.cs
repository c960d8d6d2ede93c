using System.Net.Http.Headers;
using System.Threading.Channels;
using HA.Core.Alerting;
using HA.Core.Hosting.Settings;
using HA.Core.Hosting.Telemetry;
using HA.Core.Time;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Alerts;

/// <summary>Posts alerts, one after the other, each until it is taken; a receiver that is down keeps nobody waiting.</summary>
internal sealed class WebhookAlertSink : IAlertSink, IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromMinutes(1);

    private readonly Channel<Alert> _queue;
    private readonly WebhookOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly HostingMeters _meters;
    private readonly ILogger _log;
    private readonly HttpMessageInvoker _http;
    private readonly Backoff _backoff;
    private readonly SpawnedLoop _loop;

    /// <param name="options">With an address and a secret.</param>
    /// <param name="environment">The world.</param>
    /// <param name="meters">Count what became of each message.</param>
    /// <param name="log">Hears of what was not delivered, and never of the secret.</param>
    internal WebhookAlertSink(WebhookOptions options, ServiceEnvironment environment, HostingMeters meters, ILogger log)
    {
        (_options, _environment, _meters, _log) = (options, environment, meters, log);
        _queue = Channel.CreateBounded<Alert>(
            new BoundedChannelOptions(options.QueueLimit) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, Dropped);
        var isForThisMachine = WebhookOptions.IsThisMachine(options.Url!);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would connect in our place, and to whatever the name resolves to there.
            UseProxy = false,
            // A span of its own would tell the whole address, and the receiver is no part of the program's traces.
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, token) => WebhookAddresses.ConnectAsync(
                context.DnsEndPoint, isForThisMachine, options.AllowPrivateAddresses, token),
        });
        _backoff = new Backoff(FirstBackoff, MaxBackoff, environment.Random("webhook"));
        _loop = environment.Spawn("webhook", RunAsync);
    }

    public void Take(Alert alert) => _queue.Writer.TryWrite(alert);

    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        await foreach (var alert in _queue.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            var isDelivered = await DeliverAsync(alert, stop).ConfigureAwait(false);
            _meters.Delivered(isDelivered ? "delivered" : "failed");
            _backoff.Reset();
        }
    }

    private async Task<bool> DeliverAsync(Alert alert, CancellationToken stop)
    {
        var body = WebhookMessage.Of(alert);
        var beganAt = _environment.Time.GetTimestamp();
        while (true)
        {
            var (isTaken, mayHelp, reason) = await PostAsync(body, stop).ConfigureAwait(false);
            if (isTaken) return true;
            var wait = _backoff.Next();
            if (!mayHelp || _environment.Time.GetElapsedTime(beganAt) + wait > _options.GiveUpAfter)
            {
                _log.WebhookGaveUp(alert.Rule, alert.Service, alert.State, reason);
                return false;
            }

            _log.WebhookFailed(alert.Rule, alert.Service, alert.State, wait, reason);
            await _environment.Time.DelayAsync(wait, stop).ConfigureAwait(false);
        }
    }

    private async Task<(bool IsTaken, bool MayHelp, string Reason)> PostAsync(byte[] body, CancellationToken stop)
    {
        using var deadline = new Deadline(_environment.Time, Timeout, stop);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var (timestamp, signature) = WebhookMessage.Sign(body, _options.Secret!, _environment.Time.GetUtcNow());
            request.Headers.Add(WebhookMessage.TimestampHeader, timestamp);
            request.Headers.Add(WebhookMessage.SignatureHeader, signature);
            using var response = await _http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            // It is down, or has too much to do. Whatever else it says, it will say again.
            return (response.IsSuccessStatusCode, status is 408 or 429 or >= 500, $"It answered {status}.");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (false, true, $"It did not answer within {Timeout.TotalSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            var isRefused = e.InnerException is WebhookRefusedException;
            return (false, !isRefused, SettingText.Shown(isRefused ? e.InnerException!.Message : e.Message));
        }
    }

    private void Dropped(Alert alert)
    {
        _meters.Delivered("dropped");
        _log.WebhookDropped(alert.Rule, alert.Service, alert.State, _options.QueueLimit);
    }
}
