namespace HA.Core.Redis.Tests;

public sealed class RedisConformanceTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    public static TheoryData<string> Names => new(new RedisConformance("").Laws.Select(static l => l.Name));

    [Theory, MemberData(nameof(Names))]
    public Task OnARealServer_Holds(string law) =>
        new RedisConformance(redis.Server.Address, redis.Server.Name).Laws.Single(l => l.Name == law).CheckAsync();
}
