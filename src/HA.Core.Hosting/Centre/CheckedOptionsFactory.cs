using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Centre;

/// <summary>
/// Makes the options from one moment of every centre, without what a centre says if they cannot be made with it at the start,
/// and judges what a centre says later before anybody sees it.
/// </summary>
internal sealed class CheckedOptionsFactory : IOptionsFactory<HighAvailabilityOptions>, IDisposable
{
    private readonly OptionsFactory<HighAvailabilityOptions> _inner;
    private readonly CentreProvider[] _centres;
    private readonly Func<string?> _judge;

    public CheckedOptionsFactory(
        IEnumerable<IConfigureOptions<HighAvailabilityOptions>> setups,
        IEnumerable<IPostConfigureOptions<HighAvailabilityOptions>> postConfigures,
        IEnumerable<IValidateOptions<HighAvailabilityOptions>> validations, CentreReports reports)
    {
        _inner = new OptionsFactory<HighAvailabilityOptions>(setups, postConfigures, validations);
        _centres = reports.Centres;
        _judge = Judge;
    }

    public HighAvailabilityOptions Create(string name)
    {
        while (true)
        {
            try
            {
                var used = Now();
                var options = KeySet.Read(used, () => _inner.Create(name));
                if (used.All(u => u.Key.TryBegin(_judge, u.Value))) return options;
            }
            catch (OptionsValidationException e)
            {
                var reason = string.Join(" ", e.Failures);
                if (!Array.Exists(_centres, centre => centre.TryWithdraw(reason))) throw;
            }
        }
    }

    public void Dispose()
    {
        foreach (var centre in _centres) centre.End(_judge);
    }

    private KeyValuePair<CentreProvider, KeySet>[] Now() =>
        Array.ConvertAll(_centres, static centre => KeyValuePair.Create(centre, centre.Current));

    private string? Judge()
    {
        try
        {
            _ = KeySet.Read(Now(), () => _inner.Create(Options.DefaultName));
            return null;
        }
        catch (OptionsValidationException e)
        {
            return string.Join(" ", e.Failures);
        }
        catch (Exception e)
        {
            // Code of the program's own that configures or validates.
            return e.Message;
        }
    }
}
