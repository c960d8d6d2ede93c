using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class OutcomeTallyTests
{
    private readonly OutcomeTally _tally = new();

    [Fact]
    public void Add_Success_AnswersHowManyThereAre()
    {
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(_ => Add(OutcomeKind.Success, 5)));
        Assert.Equal(3, Add(OutcomeKind.Failure, 5));
    }

    [Theory]
    [InlineData(OutcomeKind.Overload)]
    [InlineData(OutcomeKind.Ignored)]
    public void Add_NeitherGoodNorBad_IsNotCounted(OutcomeKind kind)
    {
        Add(OutcomeKind.Success, 5);
        Assert.Equal(1, Add(kind, 5));
        var (successes, failures, _) = _tally.Take();
        Assert.Equal((1, 0), (successes, failures));
    }

    [Fact]
    public void Take_AnswersWhatCameSinceTheLastTime()
    {
        Add(OutcomeKind.Success, 10);
        Add(OutcomeKind.Success, 20);
        Add(OutcomeKind.Failure, 1);
        Assert.Equal(new OutlierSample(2, 1, 15), _tally.Take());
        Assert.Equal(new OutlierSample(0, 0, 0), _tally.Take());
        Add(OutcomeKind.Success, 40);
        Assert.Equal(new OutlierSample(1, 0, 40), _tally.Take());
    }

    [Fact]
    public void Take_DoesNotSetTheCountBack()
    {
        Add(OutcomeKind.Success, 10);
        _tally.Take();
        Assert.Equal(2, Add(OutcomeKind.Success, 10));
    }

    [Fact]
    public void Take_AfterVeryLongCalls_BoundsEachByAMinute()
    {
        Add(OutcomeKind.Success, TimeSpan.FromDays(30).TotalMilliseconds);
        Add(OutcomeKind.Success, -5);
        Assert.Equal(new OutlierSample(2, 0, 30_000), _tally.Take());
    }

    [Fact]
    public void Take_ManyThreads_LosesNothing()
    {
        long successes = 0, failures = 0;
        var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            for (var i = 0; i < 20_000; i++) Add(n == 0 ? OutcomeKind.Failure : OutcomeKind.Success, 1);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        while (threads.Any(static t => t.IsAlive)) Take();
        Take();
        Assert.Equal((60_000, 20_000), (successes, failures));

        void Take()
        {
            var sample = _tally.Take();
            (successes, failures) = (successes + sample.Successes, failures + sample.Failures);
        }
    }

    private long Add(OutcomeKind kind, double milliseconds) => _tally.Add(new CallOutcome(kind, TimeSpan.FromMilliseconds(milliseconds), 0));
}
