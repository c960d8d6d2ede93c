using HA.Core.Registry;

namespace HA.Core.Recipes.Tests;

/// <summary>A registry that answers nothing until it is up.</summary>
internal sealed class DownRegistry(IServiceRegistry registry) : ForwardingRegistry(registry, isOwn: false)
{
    internal volatile bool IsUp;

    protected override IServiceRegistry Next() => IsUp ? base.Next() : throw new RegistryException("down");
}
