using System.Reflection;
using HA.Core.Hosting.Telemetry;

namespace HA.Core.Hosting.Tests;

public class ListenerRelayTests
{
    // An event that is added to the core and forgotten here would be heard by nobody.
    [Fact]
    public void Relay_EveryEvent_IsOverridden()
    {
        var events = typeof(ServiceEventListener).GetMethods().Where(static m => m.IsVirtual && m.DeclaringType == typeof(ServiceEventListener));
        Assert.All(events, static e => Assert.Equal(
            typeof(ListenerRelay), typeof(ListenerRelay).GetMethod(e.Name, [.. e.GetParameters().Select(static p => p.ParameterType)])!.DeclaringType));
    }

    [Fact]
    public void Relay_TwoListeners_TellsBoth()
    {
        var heard = new List<string>();
        var relay = new ListenerRelay([new Ear("a", heard), new Ear("b", heard)]);
        relay.OnPanicChanged("catalog", isPanic: true);
        Assert.Equal(["a catalog", "b catalog"], heard);
        Assert.NotNull(typeof(ListenerRelay).GetMethod(nameof(ServiceEventListener.OnAttemptCompleted), BindingFlags.Public | BindingFlags.Instance));
    }

    private sealed class Ear(string name, List<string> heard) : ServiceEventListener
    {
        public override void OnPanicChanged(string service, bool isPanic) => heard.Add($"{name} {service}");
    }
}
