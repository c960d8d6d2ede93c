using System.Net;
using System.Net.Http.Headers;
using HA.Core.Http;

namespace HA.Core.Tests.Http;

public class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HttpOutcomeClassifier _classifier = new();

    private static HttpResponseMessage Answer(HttpStatusCode status, RetryConditionHeaderValue? wish)
    {
        var response = new HttpResponseMessage(status);
        response.Headers.RetryAfter = wish;
        return response;
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    public void RetryAfter_SecondsOrDate_IsRead(HttpStatusCode status, bool isForAll)
    {
        var seconds = _classifier.RetryAfter(Answer(status, new(TimeSpan.FromSeconds(7))), Now);
        var date = _classifier.RetryAfter(Answer(status, new(Now + TimeSpan.FromSeconds(7))), Now);
        Assert.Equal((TimeSpan.FromSeconds(7), isForAll), (seconds!.Value.Wait, seconds.Value.IsForAll));
        Assert.Equal(seconds, date);
    }

    [Fact]
    public void RetryAfter_DateInThePast_IsNow() => Assert.Equal(
        TimeSpan.Zero, _classifier.RetryAfter(Answer(HttpStatusCode.TooManyRequests, new(Now - TimeSpan.FromHours(1))), Now)!.Value.Wait);

    [Fact]
    public void RetryAfter_OtherStatusOrNoHeader_IsNone()
    {
        Assert.Null(_classifier.RetryAfter(Answer(HttpStatusCode.TooManyRequests, null), Now));
        Assert.Null(_classifier.RetryAfter(Answer(HttpStatusCode.InternalServerError, new(TimeSpan.FromSeconds(1))), Now));
        Assert.Null(_classifier.RetryAfter(Answer(HttpStatusCode.MovedPermanently, new(TimeSpan.FromSeconds(1))), Now));
    }
}
