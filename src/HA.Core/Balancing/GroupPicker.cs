using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>Draws one of several groups by their share of the calls, and lets the group's own picker choose.</summary>
internal sealed class GroupPicker : IEndpointPicker
{
    private readonly RandomStream _random;
    private readonly IEndpointPicker[] _pickers;
    private readonly AliasTable? _draw;

    internal GroupPicker(RandomStream random, (IEndpointPicker Picker, int Share)[] groups)
    {
        _random = random;
        _pickers = Array.ConvertAll(groups, static g => g.Picker);
        var shares = Array.ConvertAll(groups, static g => g.Share);
        _draw = Array.Exists(shares, static s => s > 0) ? new AliasTable(shares) : null;
    }

    public Endpoint? Pick(in PickContext context)
    {
        if (_draw is not null && _pickers[_draw.Draw(_random)].Pick(context) is { } picked) return picked;
        // A group may have a share and nobody to pick, or only groups without a share have somebody.
        foreach (var picker in _pickers)
        {
            if (picker.Pick(context) is { } any) return any;
        }

        return null;
    }
}
