namespace HA.Core.Simulation.Pages;

/// <summary>What is around the sections of a page.</summary>
internal static class Document
{
    // Nothing may be loaded from anywhere: the browser itself holds the page to that.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

    internal static Html Of(string title, IEnumerable<Html> sections, Html data)
    {
        var body = new Html();
        foreach (var section in sections) body.Add($"{section}");
        return Html.Of(
            $"""
             <!doctype html>
             <html lang="en">
             <head>
             <meta charset="utf-8">
             <meta http-equiv="Content-Security-Policy" content="{Policy}">
             <meta name="viewport" content="width=device-width, initial-scale=1">
             <meta name="color-scheme" content="light dark">
             <link rel="icon" href="data:,">
             <title>{title}</title>
             <style>
             {Resource("page.css")}
             </style>
             </head>
             <body>
             <main>
             {body}</main>
             <div id="read" role="status" aria-live="polite" hidden></div>
             <script type="application/json" id="data">{data}</script>
             <script>
             {Resource("page.js")}
             </script>
             </body>
             </html>

             """);
    }

    private static Html Resource(string name)
    {
        using var stream = typeof(Document).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return Html.Raw(reader.ReadToEnd());
    }
}
