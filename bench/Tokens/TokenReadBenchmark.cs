using BenchmarkDotNet.Attributes;
using Microsoft.IdentityModel.Tokens;

namespace HA.Core.Bench.Tokens;

/// <summary>What does it cost a service to judge the token of a request?</summary>
[MemoryDiagnoser]
public class TokenReadBenchmark
{
    private TokenKit _kit = null!;
    private string _token = null!;

    [GlobalSetup]
    public void Setup()
    {
        _kit = new TokenKit();
        _token = _kit.Tokens.For("buyer");
        if (!Handler().IsValid || Ours() is null) throw new InvalidOperationException("The token is not believed by both, so there is nothing to compare.");
    }

    [Benchmark(Baseline = true, Description = "JsonWebTokenHandler, parameters made once")]
    public TokenValidationResult Handler() => _kit.ValidateAsync(_token).GetAwaiter().GetResult();

    [Benchmark(Description = "ServiceTokens: and whose key it is, and for how long")]
    public string? Ours() => _kit.Tokens.ReadAsync(_token).GetAwaiter().GetResult().Service;
}
