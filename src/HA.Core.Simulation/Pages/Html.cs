using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace HA.Core.Simulation.Pages;

/// <summary>Text of a page. What is put into its holes is escaped, unless it is such text itself.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    /// <summary>Adds a piece: <c>$"&lt;td&gt;{name}&lt;/td&gt;"</c>.</summary>
    internal Html Add([InterpolatedStringHandlerArgument("")] Handler handler)
    {
        _ = handler;
        return this;
    }

    /// <summary>A piece on its own.</summary>
    internal static Html Of(Handler handler) => handler.Target;

    /// <summary>Text that is taken as it is: only for what cannot hold a mark of HTML.</summary>
    internal static Html Raw(string text)
    {
        var html = new Html();
        html._text.Append(text);
        return html;
    }

    private void Escape(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '&': _text.Append("&amp;"); break;
                case '<': _text.Append("&lt;"); break;
                case '>': _text.Append("&gt;"); break;
                case '"': _text.Append("&quot;"); break;
                case '\'': _text.Append("&#39;"); break;
                case '\t' or '\n' or >= ' ' and not '\u007f': _text.Append(c); break;
                // What no page may hold, and what would only confuse.
                default: _text.Append('\ufffd'); break;
            }
        }
    }

    /// <summary>Takes an interpolated string apart.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Handler
    {
        public Handler(int literalLength, int holes, Html target)
        {
            _ = literalLength + holes;
            Target = target;
        }

        public Handler(int literalLength, int holes) : this(literalLength, holes, new Html()) { }

        internal Html Target { get; }

        public void AppendLiteral(string text) => Target._text.Append(text);

        public void AppendFormatted(string? text) => Target.Escape(text);

        public void AppendFormatted(Html? html) => Target._text.Append(html?._text);

        public void AppendFormatted(int number) => Target._text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(double number, string format = "0.###") =>
            Target._text.Append(number.ToString(format, CultureInfo.InvariantCulture));
    }
}
