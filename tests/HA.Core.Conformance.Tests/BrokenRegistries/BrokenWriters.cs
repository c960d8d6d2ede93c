using HA.Core.Registry;

namespace HA.Core.Conformance.Tests.BrokenRegistries;

/// <summary>Says goodbye without leaving.</summary>
internal sealed class DeregistersNothing(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;
}

/// <summary>Finds what is to go by its lease, which an owner whose answer got lost does not know.</summary>
internal sealed class NeedsTheLeaseToLeave(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        registration.Lease.Length == 0 ? ValueTask.CompletedTask : Inner.DeregisterAsync(registration, cancellationToken);
}

/// <summary>Keeps a single lease for everything it registers: renewing one entry renews them all.</summary>
internal sealed class SharesOneLease(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    private readonly List<ServiceRegistration> _all = [];

    public override async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        var registration = await Inner.RegisterAsync(instance, terms, cancellationToken);
        _all.Add(registration);
        return registration;
    }

    public override async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        foreach (var one in _all) await Inner.RenewAsync(one, cancellationToken);
        return await Inner.RenewAsync(registration, cancellationToken);
    }
}

/// <summary>Everybody is the same owner.</summary>
internal sealed class FencesNobody(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        Inner.RegisterAsync(instance, terms with { Owner = "anybody" }, cancellationToken);
}

/// <summary>Takes over whether or not it was asked to.</summary>
internal sealed class AlwaysTakesOver(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
        Inner.RegisterAsync(instance, terms with { TakeOver = true }, cancellationToken);
}

/// <summary>Writes again what is gone.</summary>
internal sealed class RenewalRevives(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var result = await Inner.RenewAsync(registration, cancellationToken);
        if (result != RenewalResult.Lost) return result;
        var terms = new RegistrationTerms(registration.Owner, registration.TimeToLive, TakeOver: false);
        await Inner.RegisterAsync(registration.Instance, terms, cancellationToken);
        return RenewalResult.Renewed;
    }
}

/// <summary>Gives leases another length than it says.</summary>
internal sealed class StretchesLeases(InMemoryRegistry inner, double factor) : RegistryDecorator(inner)
{
    public override async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        var stretched = terms with { TimeToLive = terms.TimeToLive * factor };
        return await Inner.RegisterAsync(instance, stretched, cancellationToken) with { TimeToLive = terms.TimeToLive };
    }
}

/// <summary>Knows only what the original article's registry knew of an instance.</summary>
internal sealed class ForgetsMetadata(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        var bare = new ServiceInstance(instance.Service, instance.Id, instance.Address, instance.Port)
        {
            Tags = instance.Tags,
            Weight = instance.Weight,
            HealthCheckUrl = instance.HealthCheckUrl,
        };
        return Inner.RegisterAsync(bare, terms, cancellationToken);
    }
}

/// <summary>Every registration is a first one.</summary>
internal sealed class ForgetsRegistrationTime(InMemoryRegistry inner, ServiceEnvironment environment) : RegistryDecorator(inner)
{
    public override async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        var registration = await Inner.RegisterAsync(instance, terms, cancellationToken);
        return registration with { Instance = registration.Instance.WithRegisteredAt(environment.Time.GetUtcNow()) };
    }
}
