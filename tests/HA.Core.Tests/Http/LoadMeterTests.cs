using System.Net;
using HA.Core.Balancing;
using HA.Core.Http;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Http;

public class LoadMeterTests
{
    private readonly ManualTime _time = new();

    private void Serve(LoadMeter meter, int others, double milliseconds, int times = 16)
    {
        var open = Enumerable.Range(0, others).Select(_ => meter.Begin()).ToArray();
        for (var i = 0; i < times; i++)
        {
            using var request = meter.Begin();
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        // Their own latencies are long, and recorded where few were met.
        foreach (var request in open) request.Dispose();
    }

    [Fact]
    public void Report_RequestsComeAndGo_CountsThoseUnderWay()
    {
        var meter = new LoadMeter(_time);
        Assert.Equal(new LoadReport(0, TimeSpan.Zero), meter.Report);
        using (meter.Begin())
        using (meter.Begin())
            Assert.Equal(2, meter.Report.InFlight);
        Assert.Equal(0, meter.Report.InFlight);
    }

    [Fact]
    public void Report_Latency_IsOfRequestsThatMetAboutAsMany()
    {
        var meter = new LoadMeter(_time);
        Serve(meter, 63, 50);
        Serve(meter, 0, 5);
        Assert.Equal(5, meter.Report.Latency.TotalMilliseconds);
        var open = Enumerable.Range(0, 70).Select(_ => meter.Begin()).ToArray();
        // 64 and 70 are both above 63 and below 128.
        Assert.Equal(50, meter.Report.Latency.TotalMilliseconds);
        Assert.Equal(70, open.Length);
    }

    [Fact]
    public void Report_LatencyChanges_TheLatestCount()
    {
        var meter = new LoadMeter(_time);
        Serve(meter, 0, 5, times: 1000);
        Serve(meter, 0, 80, times: 9);
        Assert.Equal(80, meter.Report.Latency.TotalMilliseconds);
    }

    [Fact]
    public void Begin_ManyThreads_NoneIsLost()
    {
        var meter = new LoadMeter();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var request = meter.Begin();
                Assert.InRange(meter.Report.InFlight, 1, 8);
            }
        });
        Assert.Equal(0, meter.Report.InFlight);
    }

    [Theory]
    [InlineData(7, 12.5, "7;12.5")]
    [InlineData(0, 0, "0;0")]
    [InlineData(1, 0.0001, "1;0")]
    public void Format_Report_IsReadBack(int inFlight, double milliseconds, string text) =>
        Assert.Equal(text, LoadHeader.Format(new LoadReport(inFlight, TimeSpan.FromMilliseconds(milliseconds))));

    [Theory]
    [InlineData(HttpStatusCode.OK, "7;12.5", 7, 12.5)]
    [InlineData(HttpStatusCode.OK, "7", 7, 0.0)]
    [InlineData(HttpStatusCode.OK, "7;-3", 7, 0.0)]
    [InlineData(HttpStatusCode.OK, "7;1e99", 7, 0.0)]
    [InlineData(HttpStatusCode.OK, "7;99999999999", 7, 0.0)]
    [InlineData(HttpStatusCode.OK, "busy", null, 0.0)]
    [InlineData(HttpStatusCode.OK, null, null, 0.0)]
    [InlineData(HttpStatusCode.ServiceUnavailable, "7", null, 0.0)]
    public async Task Probe_Response_IsAReportOrNothing(HttpStatusCode status, string? header, int? inFlight, double milliseconds)
    {
        Uri? asked = null;
        using var invoker = new HttpMessageInvoker(new Answering(request =>
        {
            asked = request.RequestUri;
            var response = new HttpResponseMessage(status);
            if (header is not null) response.Headers.TryAddWithoutValidation(LoadHeader.Name, header);
            return response;
        }));
        var report = await new HttpLoadProbe(invoker).ProbeAsync(Orders.Instance(1), default);
        Assert.Equal(inFlight, report?.InFlight);
        Assert.Equal(milliseconds, report?.Latency.TotalMilliseconds ?? 0);
        Assert.Equal(new Uri(Orders.Instance(1).BaseUri, "/load"), asked);
    }

    [Theory]
    [InlineData("load")]
    [InlineData("//elsewhere/load")]
    [InlineData("")]
    public void Probe_PathThatIsNone_IsRefused(string path) => Assert.ThrowsAny<ArgumentException>(() => new HttpLoadProbe(null, path));

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
