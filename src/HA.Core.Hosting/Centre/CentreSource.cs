using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Centre;

/// <summary>A centre among the sources of a program's configuration.</summary>
internal sealed class CentreSource(ConfigurationCentreOptions options) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new CentreProvider(options);
}
