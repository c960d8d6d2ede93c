using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HA.Core.Hosting;

/// <summary>Makes tokens, and judges them.</summary>
/// <remarks>Files are looked at when tokens are made or judged, so nothing runs in between. Safe for concurrent use.</remarks>
internal sealed class ServiceTokens
{
    // One of ours is some 400 characters; more is an attempt at work for us.
    private const int MostCharacters = 2048;
    private const string Algorithm = SecurityAlgorithms.EcdsaSha256;
    // A type of its own: a token that was made for something else, with whatever key, is none of these.
    private const string Type = "ha-service+jwt";

    private static readonly JsonWebTokenHandler Handler = new()
    {
        SetDefaultTimesOnTokenCreation = false,
        MaximumTokenSizeInBytes = MostCharacters,
    };

    private readonly ServiceTokenOptions _options;
    private readonly TimeProvider _time;
    private readonly FollowedFiles<TokenKeys> _files;
    private readonly ConcurrentDictionary<string, Made> _made = new(StringComparer.Ordinal);

    public ServiceTokens(
        IOptions<ServiceTokenOptions> options, IOptions<SelfRegistrationOptions> registration, ServiceEnvironment environment,
        ILoggerFactory loggers)
    {
        var (own, log) = (options.Value, loggers.CreateLogger("HA.Core.Security"));
        (_options, _time) = (own, environment.Time);
        _files = new FollowedFiles<TokenKeys>(
            () => TokenKeys.Load(own), () => TokenKeys.DigestOf(own), own.ReloadInterval, environment.Time,
            next => log.KeysReloaded(next.Trusted.Count), log.KeysNotReloaded);
        Service = own.Service ?? (registration.Value.Service is { Length: > 0 } registered
            ? registered
            : throw new InvalidOperationException(
                "HA:Tokens:Service is missing: it names what this program is an instance of. For example: buyer."));
    }

    /// <summary>The service that this program is.</summary>
    internal string Service { get; }

    internal bool AllowsPlainText => _options.AllowPlainText;

    /// <summary>A token for a service that is to be called.</summary>
    /// <exception cref="InvalidOperationException">There is no key to sign with.</exception>
    internal string For(string audience)
    {
        var keys = _files.Current;
        if (keys.Own is not { } key)
            throw new InvalidOperationException("HA:Tokens:SigningKeyFile is missing, so no service can be called with tokens.");
        var now = _time.GetUtcNow();
        if (_made.TryGetValue(audience, out var made) && made.Key == key && now < made.RenewAt && now >= made.At) return made.Token;
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = _options.Issuer,
            Audience = audience,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { [JwtRegisteredClaimNames.Sub] = Service },
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + _options.Lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, Algorithm),
        });
        _made[audience] = new Made(key, token, now, now + (_options.Lifetime * 0.8));
        return token;
    }

    /// <summary>The service that a token proves its bearer to be; null, and why, if it proves none.</summary>
    internal async Task<(string? Service, string Reason)> ReadAsync(string token)
    {
        if (token.Length > MostCharacters) return (null, "too long");
        var keys = _files.Current;
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidTypes = [Type],
            ValidAlgorithms = [Algorithm],
            ValidIssuer = _options.Issuer,
            ValidAudience = Service,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, kid, _) => kid is not null && keys.Trusted.TryGetValue(kid, out var known) ? [known.Key] : [],
            LifetimeValidator = (from, until, read, _) => IsNow(from, until, (read as JsonWebToken)?.IssuedAt),
        }).ConfigureAwait(false);
        // Its message may repeat the token; its type says what was wrong.
        if (!result.IsValid) return (null, result.Exception?.GetType().Name ?? "not valid");
        var subject = ((JsonWebToken)result.SecurityToken).Subject;
        return keys.Trusted.TryGetValue(((JsonWebToken)result.SecurityToken).Kid, out var signer) && signer.Service == subject
            ? (subject, "")
            : (null, "signed by another service than it names");
    }

    private bool IsNow(DateTime? from, DateTime? until, DateTime? issued)
    {
        if (from is not { } begin || until is not { } end || issued is null) return false;
        var now = _time.GetUtcNow().UtcDateTime;
        // One that lives long was not made by these rules, or was made to be kept.
        return now >= begin - _options.ClockSkew && now < end + _options.ClockSkew && end - begin <= ServiceTokenOptions.MaxLifetime
            && issued <= now + _options.ClockSkew;
    }

    private sealed record Made(ECDsaSecurityKey Key, string Token, DateTimeOffset At, DateTimeOffset RenewAt);
}
