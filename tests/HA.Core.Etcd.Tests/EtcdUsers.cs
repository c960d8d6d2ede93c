using System.Text;
using HA.Core.Servers;

namespace HA.Core.Etcd.Tests;

/// <summary>Turns authentication on, with a user that may use one range of keys.</summary>
internal static class EtcdUsers
{
    internal const string Name = "app";
    internal const string Password = "s3cret-of-the-test";

    internal static async Task EnableAsync(EtcdServer server, string prefix = "ha/")
    {
        var end = prefix[..^1] + (char)(prefix[^1] + 1);
        await server.SendAsync("/v3/auth/user/add", """{"name":"root","password":"root"}""");
        await server.SendAsync("/v3/auth/role/add", """{"name":"root"}""");
        await server.SendAsync("/v3/auth/user/grant", """{"user":"root","role":"root"}""");
        await server.SendAsync("/v3/auth/role/add", """{"name":"registry"}""");
        await server.SendAsync(
            "/v3/auth/role/grant",
            $$$"""{"name":"registry","perm":{"permType":"READWRITE","key":"{{{Base64(prefix)}}}","range_end":"{{{Base64(end)}}}"}}""");
        await server.SendAsync("/v3/auth/user/add", $$"""{"name":"{{Name}}","password":"{{Password}}"}""");
        await server.SendAsync("/v3/auth/user/grant", $$"""{"user":"{{Name}}","role":"registry"}""");
        await server.SendAsync("/v3/auth/enable", "{}");
    }

    /// <summary>Changes the password to what it is; the tokens that the user has are worth nothing then.</summary>
    internal static Task DropTokensAsync(EtcdServer server) =>
        AsRootAsync(server, "/v3/auth/user/changepw", $$"""{"name":"{{Name}}","password":"{{Password}}"}""");

    /// <summary>The user may do nothing any more.</summary>
    internal static Task RevokeRoleAsync(EtcdServer server) =>
        AsRootAsync(server, "/v3/auth/user/revoke", $$"""{"name":"{{Name}}","role":"registry"}""");

    private static async Task AsRootAsync(EtcdServer server, string path, string body)
    {
        var answer = await server.SendAsync("/v3/auth/authenticate", """{"name":"root","password":"root"}""");
        await server.SendAsync(path, body, answer.GetProperty("token").GetString());
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
