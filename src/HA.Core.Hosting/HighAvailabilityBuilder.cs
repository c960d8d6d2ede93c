using System.Diagnostics.CodeAnalysis;
using HA.Core.Balancing;
using HA.Core.Health;
using HA.Core.Hosting.Registries;
using HA.Core.Hosting.Runtime;
using HA.Core.Hosting.Settings;
using HA.Core.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting;

/// <summary>Adds registries, policies and options to a program's high availability.</summary>
/// <remarks>
/// Whatever is added by name is known to the configuration by that name, built in or not. A name is added once, before the
/// services are built.
/// </remarks>
public sealed class HighAvailabilityBuilder
{
    internal HighAvailabilityBuilder(IServiceCollection services) => Services = services;

    /// <summary>The program's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Sets options in code, over those of the configuration that were added before.</summary>
    public HighAvailabilityBuilder Configure(Action<HighAvailabilityOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    /// <summary>
    /// Adds a registry: a keyed <see cref="IServiceRegistry"/>, made when it is first needed, and disposed with the
    /// services.
    /// </summary>
    /// <param name="name">Its name in the configuration, and its key.</param>
    /// <param name="create">Makes it. Everybody in the program shares the one, and its watches.</param>
    public HighAvailabilityBuilder AddRegistry(string name, Func<IServiceProvider, IServiceRegistry> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Add(new NamedRegistry(name, create, Check: null));
    }

    /// <summary>
    /// Adds a registry that has options in the section <c>Registries:&lt;name&gt;</c>, which is checked when the program
    /// starts.
    /// </summary>
    /// <param name="name">Its name in the configuration, and its key.</param>
    /// <param name="settings">The keys of its section.</param>
    /// <param name="configure">The last word on its options; null for none.</param>
    /// <param name="create">Makes it. Everybody in the program shares the one, and its watches.</param>
    public HighAvailabilityBuilder AddRegistry<TOptions>(
        string name, SettingTable<TOptions> settings, Func<TOptions, TOptions>? configure,
        Func<IServiceProvider, TOptions, IServiceRegistry> create)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(create);
        TOptions Read(IServiceProvider services, ICollection<string> failures)
        {
            var options = settings.Create();
            foreach (var section in services.GetServices<OptionsSection>())
                options = settings.Read(section.Configuration.GetSection($"{SectionReader.Registries}:{name}"), failures)(options);
            return configure is null ? options : configure(options);
        }

        return Add(new NamedRegistry(
            name,
            services =>
            {
                List<string> failures = [];
                var options = Read(services, failures);
                if (failures.Count > 0) throw new OptionsValidationException(name, typeof(TOptions), failures);
                return create(services, options);
            },
            (services, failures) => Read(services, failures)));
    }

    /// <summary>Adds a registry inside this process: for tests, and for several services in one process.</summary>
    public HighAvailabilityBuilder AddInMemoryRegistry(string name = "in-memory") =>
        AddRegistry(name, static services => new InMemoryRegistry(services.GetRequiredService<ServiceEnvironment>()));

    /// <summary>
    /// Adds a registry that reads a section of the configuration, such as <c>Services:catalog:https:0 = https://10.0.0.5:8443</c>,
    /// which is where the environment variables of Aspire's references end up. Instances cannot be registered there.
    /// </summary>
    /// <param name="name">Its name in the configuration, and its key.</param>
    /// <param name="section">The section, from the root of the program's configuration.</param>
    public HighAvailabilityBuilder AddStaticRegistry(string name = "static", string section = "Services") => Add(new NamedRegistry(
        name,
        services => StaticRegistry.Of(services, section),
        (services, failures) => StaticServices.Check(StaticRegistry.SectionOf(services, section), failures)));

    /// <summary>Adds a balancing policy by a name of yours.</summary>
    /// <param name="name">Its name, for <see cref="ServiceOptions.Balancer"/>.</param>
    /// <param name="create">Makes one for each service, with a stream of chance of its own.</param>
    public HighAvailabilityBuilder AddBalancer(string name, Func<IServiceProvider, RandomStream, ILoadBalancer> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (LoadBalancers.IsKnown(Checked(name)))
            throw new ArgumentException($"'{name}' is the name of a built-in balancer.", nameof(name));
        Services.AddSingleton(new NamedBalancer(name, create));
        return this;
    }

    /// <summary>Adds a balancing policy by its type; its constructor may take a <see cref="RandomStream"/>, and services.</summary>
    public HighAvailabilityBuilder AddBalancer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        string name)
        where T : class, ILoadBalancer
    {
        // A constructor that takes no stream is not offered one, or it would be refused.
        var takesStream = typeof(T).GetConstructors().Any(static c =>
            c.GetParameters().Any(static p => p.ParameterType == typeof(RandomStream)));
        return AddBalancer(
            name, (services, random) =>
                takesStream ? ActivatorUtilities.CreateInstance<T>(services, random) : ActivatorUtilities.CreateInstance<T>(services));
    }

    /// <summary>Adds a failure detector by a name of yours.</summary>
    /// <param name="name">Its name, for <see cref="ServiceOptions.Detector"/>.</param>
    /// <param name="create">Makes one for each endpoint.</param>
    public HighAvailabilityBuilder AddDetector(string name, Func<IServiceProvider, IFailureDetector> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.AddSingleton(new NamedDetector(Checked(name), create));
        return this;
    }

    /// <summary>Adds a failure detector by its type; its constructor may take services.</summary>
    public HighAvailabilityBuilder AddDetector<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        string name)
        where T : class, IFailureDetector => AddDetector(name, static services => ActivatorUtilities.CreateInstance<T>(services));

    /// <summary>Adds a way to ask endpoints for their health by a name of yours.</summary>
    /// <param name="name">Its name, for <see cref="ServiceOptions.Checker"/>; not <c>http</c>, <c>tcp</c> or <c>grpc</c>.</param>
    /// <param name="create">Makes one, which all services share.</param>
    public HighAvailabilityBuilder AddHealthChecker(string name, Func<IServiceProvider, IHealthChecker> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (NamedParts.BuiltInCheckers.ContainsKey(Checked(name)))
            throw new ArgumentException($"'{name}' is the name of a built-in checker.", nameof(name));
        Services.AddSingleton(new NamedChecker(name, create));
        return this;
    }

    /// <summary>Adds options that are read from a section of their own below <c>HA</c>, and checked when the program starts.</summary>
    /// <param name="section">Name of the section, one that the configuration knows: others are slips to it.</param>
    /// <param name="settings">The keys of the section; of options whose properties can be set.</param>
    /// <param name="problems">What is wrong with the options as a whole; asked with the path of the section.</param>
    /// <param name="configure">The last word on the options; null for none.</param>
    public HighAvailabilityBuilder AddSection<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        string section, SettingTable<TOptions> settings, Func<TOptions, string, IEnumerable<string>> problems, Action<TOptions>? configure)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(problems);
        return AddSection(section, settings, (_, options, path) => problems(options, path), configure);
    }

    /// <summary>The same, where services are needed to tell what is wrong.</summary>
    internal HighAvailabilityBuilder AddSection<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        string section, SettingTable<TOptions> settings, Func<IServiceProvider, TOptions, string, IEnumerable<string>> problems,
        Action<TOptions>? configure)
        where TOptions : class
    {
        if (configure is not null) Services.Configure(configure);
        if (Services.Any(static s => s.ServiceType == typeof(SectionOptions<TOptions>))) return this;
        Services.AddSingleton(s => new SectionOptions<TOptions>(
            section, settings, s.GetServices<OptionsSection>(), (options, path) => problems(s, options, path)));
        // Before what the program itself has configured: the last word is the code's.
        Services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<TOptions>>(
            static s => s.GetRequiredService<SectionOptions<TOptions>>()));
        Services.AddSingleton<IValidateOptions<TOptions>>(static s => s.GetRequiredService<SectionOptions<TOptions>>());
        Services.AddOptions<TOptions>().ValidateOnStart();
        return this;
    }

    private static string Checked(string name) => ServiceInstance.IsValidId(name)
        ? name
        : throw new ArgumentException($"'{name}' is no name: use letters, digits, '-', '_' and '.', such as my-own.", nameof(name));

    private HighAvailabilityBuilder Add(NamedRegistry registry)
    {
        var name = Checked(registry.Name);
        if (Services.Any(s => s.ServiceType == typeof(NamedRegistry) && ((NamedRegistry)s.ImplementationInstance!).Name == name))
            throw new ArgumentException($"There is a registry '{name}' already: give this one another name.", nameof(registry));
        Services.AddSingleton(registry);
        Services.AddKeyedSingleton<IServiceRegistry>(name, static (services, key) =>
        {
            var own = services.GetServices<NamedRegistry>().First(r => r.Name == (string?)key);
            var shared = new SharedRegistry(own.Create(services), services.GetRequiredService<ServiceEnvironment>());
            return new ProgramRegistry(shared, services.GetRequiredService<RegistryUsers>());
        });
        return this;
    }
}
