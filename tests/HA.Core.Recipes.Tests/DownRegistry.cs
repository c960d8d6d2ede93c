using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Recipes.Tests;

/// <summary>A registry that answers nothing until it is up.</summary>
internal sealed class DownRegistry(IServiceRegistry registry) : ForwardingRegistry(registry, isOwn: false)
{
    private readonly IServiceRegistry _registry = registry;

    internal volatile bool IsUp;

    protected override IServiceRegistry Next() => IsUp ? _registry : throw new RegistryException("down");
}
