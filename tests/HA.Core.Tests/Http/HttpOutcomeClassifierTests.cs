using System.Net;
using System.Net.Http.Headers;
using HA.Core.Http;

namespace HA.Core.Tests.Http;

public class HttpOutcomeClassifierTests
{
    [Theory]
    [InlineData(200, OutcomeKind.Success)]
    [InlineData(204, OutcomeKind.Success)]
    [InlineData(301, OutcomeKind.Success)]
    [InlineData(400, OutcomeKind.Success)]
    [InlineData(401, OutcomeKind.Success)]
    [InlineData(404, OutcomeKind.Success)]
    [InlineData(429, OutcomeKind.Overload)]
    [InlineData(500, OutcomeKind.Failure)]
    [InlineData(501, OutcomeKind.Success)]
    [InlineData(502, OutcomeKind.Failure)]
    [InlineData(503, OutcomeKind.Failure)]
    [InlineData(504, OutcomeKind.Failure)]
    [InlineData(505, OutcomeKind.Success)]
    [InlineData(599, OutcomeKind.Failure)]
    public void Classify_Status_MeansOutcome(int status, OutcomeKind expected)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        Assert.Equal(expected, new HttpOutcomeClassifier().Classify(response));
    }

    [Fact]
    public void Classify_503WithRetryAfter_IsOverload()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
        Assert.Equal(OutcomeKind.Overload, new HttpOutcomeClassifier().Classify(response));
        Assert.Equal("503 ServiceUnavailable", new HttpOutcomeClassifier().Describe(response));
    }
}
