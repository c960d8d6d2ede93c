using System.Runtime.InteropServices;

namespace HA.Core;

/// <summary>A counter that many threads write, alone on its cache line (two, for adjacent-line prefetch).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedCounter
{
    [FieldOffset(128)]
    public int Value;
}
