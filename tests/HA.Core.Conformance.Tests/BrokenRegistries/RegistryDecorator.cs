using HA.Core.Registry;

namespace HA.Core.Conformance.Tests.BrokenRegistries;

/// <summary>Passes everything on. What derives from it does one thing wrong.</summary>
internal abstract class RegistryDecorator(InMemoryRegistry inner) : ForwardingRegistry(inner)
{
    protected InMemoryRegistry Inner => inner;
}
