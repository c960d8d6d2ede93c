using HA.Core.Calls;

namespace HA.Core.Http;

/// <summary>What a caller may say of a single request, through <see cref="HttpRequestMessage.Options"/>.</summary>
public static class FailoverRequestOptions
{
    /// <summary>
    /// True: it may be sent again even after it may have been done, though its method does not promise that. False: never.
    /// </summary>
    public static readonly HttpRequestOptionsKey<bool> IsIdempotent = new("HA.Core.IsIdempotent");

    /// <summary>Replaces <see cref="CallOptions.Deadline"/>.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> Deadline = new("HA.Core.Deadline");

    /// <summary>What the request is about, for policies that keep the same key on the same endpoint.</summary>
    public static readonly HttpRequestOptionsKey<string> HashKey = new("HA.Core.HashKey");

    /// <summary>Replaces <see cref="FailoverOptions.GenerateIdempotencyKeys"/>.</summary>
    public static readonly HttpRequestOptionsKey<bool> GenerateIdempotencyKey = new("HA.Core.GenerateIdempotencyKey");

    /// <summary>Replaces <see cref="FailoverOptions.BufferResponses"/>.</summary>
    public static readonly HttpRequestOptionsKey<bool> BufferResponse = new("HA.Core.BufferResponse");

    /// <summary>
    /// Set on each attempt where <see cref="FailoverOptions.TellsInstance"/> says so, and on each health check: the instance it
    /// goes to, for handlers that need to know whom they talk to.
    /// </summary>
    public static readonly HttpRequestOptionsKey<ServiceInstance> Instance = InstanceOption.Key;

    /// <summary>Hears of the request's attempts.</summary>
    public static readonly HttpRequestOptionsKey<IAttemptFollower> Follower = new("HA.Core.Follower");

    /// <summary>The call that this one is made for, in place of <see cref="IncomingCall.Current"/>.</summary>
    public static readonly HttpRequestOptionsKey<IncomingCall> Incoming = new("HA.Core.Incoming");
}
