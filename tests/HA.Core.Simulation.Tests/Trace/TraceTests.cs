using HA.Core.Simulation.Trace;

namespace HA.Core.Simulation.Tests.Trace;

public sealed class TraceTests
{
    private const int Records = 5000;

    [Fact]
    public void File_WrittenAndRead_TellsTheSame()
    {
        var (file, recorder) = Write();
        var reader = new TraceReader(file);
        for (var i = 0; i < Records; i++)
        {
            Assert.True(reader.TryRead(out var record));
            Assert.Equal(Sample(i), record);
        }

        Assert.False(reader.TryRead(out _));
        Assert.Equal(99ul, reader.Seed);
        Assert.Equal(Records, reader.Count);
        Assert.Equal(recorder.Complete(), reader.Hash);
        Assert.Equal("client, späť, -, #77", string.Join(", ", new[] { 0, 1, -1, 77 }.Select(reader.NameOf)));
        Assert.Equal(3, recorder.ChunkHashes.Count);
    }

    [Fact]
    public void Hash_WithAndWithoutFile_IsTheSame() => Assert.Equal(
        Write().Recorder.Complete(), Write(toFile: false).Recorder.Complete());

    [Fact]
    public void Hash_OtherNamesOnly_Differs() => Assert.NotEqual(
        Write().Recorder.Complete(), Write(firstName: "clienT").Recorder.Complete(), StringComparer.Ordinal);

    [Fact]
    public void Record_OnceStarted_AllocatesNothing()
    {
        var recorder = new TraceRecorder(1);
        for (var i = 0; i < 100; i++) recorder.Record(Sample(i));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 100; i < 2000; i++) recorder.Record(Sample(i));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Record_BackInTimeOrAfterTheEnd_Throws()
    {
        var recorder = new TraceRecorder(1);
        recorder.Record(Sample(5));
        Assert.Throws<InvalidOperationException>(() => recorder.Record(Sample(4)));
        recorder.Complete();
        Assert.Throws<InvalidOperationException>(() => recorder.Record(Sample(6)));
        Assert.Throws<InvalidOperationException>(() => recorder.Name("late"));
    }

    [Fact]
    public void Name_TooLong_Throws() =>
        Assert.Throws<ArgumentException>(() => new TraceRecorder(1).Name(new string('x', 1025)));

    [Fact]
    public void Compare_SameTraces_FindsNothing() => Assert.Null(TraceDiff.Compare(Write().File, Write().File));

    [Fact]
    public void Compare_OneRecordDiffers_FindsItAndRendersNames()
    {
        var difference = TraceDiff.Compare(Write().File, Write(change: 3210).File);

        Assert.NotNull(difference);
        Assert.Equal(3210, difference.Index);
        Assert.Contains(
            "< 00:00:00.0006420 AttemptEnded call 3210: client -> späť, code 2, value 3210", difference.Text, StringComparison.Ordinal);
        Assert.Contains(
            "> 00:00:00.0006420 AttemptEnded call 3210: client -> späť, code 2, value -1", difference.Text, StringComparison.Ordinal);
        Assert.Contains("  00:00:00.0006418 ", difference.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OneEndsEarlier_FindsTheEnd()
    {
        var difference = TraceDiff.Compare(Write().File, Write(count: 4000).File);

        Assert.Equal(4000, difference?.Index);
        Assert.Contains("> (the end)", difference?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OtherName_IsADifference() =>
        Assert.Equal(0, TraceDiff.Compare(Write().File, Write(firstName: "clienT").File)?.Index);

    [Fact]
    public void FirstDifferentChunk_OneRecordDiffers_NamesItsChunk()
    {
        var left = Write().Recorder.ChunkHashes;

        Assert.Equal(1, TraceDiff.FirstDifferentChunk(left, Write(change: 3210).Recorder.ChunkHashes));
        Assert.Equal(-1, TraceDiff.FirstDifferentChunk(left, Write().Recorder.ChunkHashes));
        Assert.Equal(2, TraceDiff.FirstDifferentChunk(left, [.. left.Take(2)]));
    }

    [Fact]
    public void Read_AnyByteDamaged_ComplainsOrDiffersInTheSeedOnly()
    {
        var good = Write(count: 50).File.ToArray();
        for (var i = 0; i < good.Length; i++)
        {
            // Bytes 16 to 23 are the seed, for information only.
            if (i is >= 16 and < 24) continue;
            var bad = (byte[])good.Clone();
            bad[i] ^= 0x41;
            Assert.Throws<InvalidDataException>(() => ReadAll(bad));
        }
    }

    [Fact]
    public void Read_CutAnywhere_Complains()
    {
        var good = Write(count: 50).File.ToArray();
        for (var length = 0; length < good.Length; length++)
            Assert.Throws<InvalidDataException>(() => ReadAll(good[..length]));
    }

    [Fact]
    public void Read_SomethingFollowsTheEnd_Complains()
    {
        byte[] longer = [.. Write(count: 50).File.ToArray(), 0];

        var error = Assert.Throws<InvalidDataException>(() => ReadAll(longer));

        Assert.Contains("follows the end", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NameWithControlCharacters_ShowsNone()
    {
        var difference = TraceDiff.Compare(Write(firstName: "a\u001b[2Jb").File, Write().File);

        Assert.Contains("a?[2Jb", difference?.Text, StringComparison.Ordinal);
    }

    private static void ReadAll(byte[] bytes)
    {
        var reader = new TraceReader(new MemoryStream(bytes));
        while (reader.TryRead(out _))
        {
            // Every record counts.
        }
    }

    private static (MemoryStream File, TraceRecorder Recorder) Write(
        int count = Records, int change = -1, string firstName = "client", bool toFile = true)
    {
        var file = new MemoryStream();
        var recorder = new TraceRecorder(99, toFile ? file : null);
        Assert.Equal(0, recorder.Name(firstName));
        Assert.Equal(1, recorder.Name("späť"));
        Assert.Equal(0, recorder.Name(firstName));
        for (var i = 0; i < count; i++) recorder.Record(i == change ? Sample(i) with { Value = -1 } : Sample(i));
        recorder.Complete();
        file.Position = 0;
        return (file, recorder);
    }

    private static TraceRecord Sample(int i) => new(i * 2, (ulong)i, 0, 1, TraceKind.AttemptEnded, 2, i);
}
