namespace HA.Core.Redis;

/// <summary>What runs inside the server, atomically.</summary>
/// <remarks>
/// <para>Keys of a service: entries (hash: id, document), owners (hash: id, since:sequence:owner), deadlines (sorted set:
/// id by the millisecond in which it ends), departed (sorted set: id, and id with owner, by when it is forgotten), gone
/// (hash: id with owner, sequence of the last goodbye), meta (hash: epoch, revision, grace).</para>
/// <para>Only the server's clock counts. A script that fails half-way is not rolled back, so whatever may fail comes
/// first. The revision starts at the time of day, so that it grows across a loss of all data too.</para>
/// <para>Each revision is announced with what it changed (<see cref="CatalogMessage"/>), so that who knows the one before
/// need not ask; a long list of changes is announced empty.</para>
/// </remarks>
internal static class RedisScripts
{
    // Arguments of all: 1 channel, 2 a new epoch, 3 the server's clock as the caller expects it (0: unknown).
    private const string Begin = """
        if redis.replicate_commands then redis.replicate_commands() end
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local function text(number) return string.format('%.0f', number) end
        local function bump(change)
          if redis.call('HSETNX', KEYS[6], 'epoch', ARGV[2]) == 1 then redis.call('HSET', KEYS[6], 'revision', text(now)) end
          redis.call('HINCRBY', KEYS[6], 'revision', 1)
          local message = {redis.call('HGET', KEYS[6], 'epoch'), redis.call('HGET', KEYS[6], 'revision')}
          for _, part in ipairs(change) do message[#message + 1] = part end
          redis.pcall('PUBLISH', ARGV[1], #message <= 100 and cjson.encode(message) or '')
        end
        local function holder(id)
          local held = redis.call('ZSCORE', KEYS[3], id) and redis.call('HEXISTS', KEYS[1], id) == 1 and redis.call('HGET', KEYS[2], id)
          if not held then return nil end
          local since, sequence, owner = string.match(held, '^(%d+):(%d+):(.*)$')
          return owner or '', since or text(now), tonumber(sequence or '0')
        end

        """;

    // A request that arrives long after it was sent tells that the server (or the way to it) stood still, and the
    // renewals with it: then nobody is removed until the living have had the time to renew. Not again soon after, or one
    // slow caller would keep the dead for ever.
    private const string Sweep = """
        local function sweep()
          local dead = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', text(now))
          if #dead == 0 then return end
          local grace = tonumber(redis.call('HGET', KEYS[6], 'grace') or '0') or 0
          local expected = tonumber(ARGV[3])
          if expected > 0 and now - expected > 2000 and (now > grace + 50000 or grace > now + 5000) then
            grace = now + 5000
            redis.call('HSET', KEYS[6], 'grace', text(grace))
          end
          if now < grace and grace <= now + 5000 then return end
          for _, id in ipairs(dead) do
            redis.call('ZREM', KEYS[3], id)
            redis.call('HDEL', KEYS[1], id)
            redis.call('HDEL', KEYS[2], id)
          end
          table.insert(dead, 1, 'ended')
          bump(dead)
        end

        """;

    /// <summary>
    /// 4 id, 5 owner, 6 document, 7 milliseconds to live, 8 whether to take over, 9 sequence. Answers 1, since, clock,
    /// epoch; or -1 fenced; or -2 if a later request of the same owner was here before.
    /// </summary>
    internal const string Register = Begin + Sweep + """
        sweep()
        local id, me, sequence = ARGV[4], ARGV[5], tonumber(ARGV[9])
        local owner, since, last = holder(id)
        if owner and owner ~= me and ARGV[8] ~= '1' then return {-1} end
        if owner == me and last > sequence then return {-2} end
        local mine = id .. '\n' .. me
        if tonumber(redis.call('HGET', KEYS[5], mine) or '-1') > sequence then return {-2} end
        local same = owner == me and redis.call('HGET', KEYS[1], id) == ARGV[6]
        if owner ~= me then since = text(now) end
        local back = redis.call('ZREM', KEYS[4], id)
        redis.call('ZREM', KEYS[4], mine)
        redis.call('HDEL', KEYS[5], mine)
        local line = since .. ':' .. ARGV[9] .. ':' .. me
        redis.call('HSET', KEYS[2], id, line)
        redis.call('HSET', KEYS[1], id, ARGV[6])
        redis.call('ZADD', KEYS[3], text(now + tonumber(ARGV[7])), id)
        if not same or back == 1 then bump({'put', id, ARGV[6], line}) end
        return {1, since, text(now), redis.call('HGET', KEYS[6], 'epoch') or ''}
        """;

    /// <summary>
    /// 4 id, 5 owner, 6 milliseconds to live. Answers 1 renewed, 0 lost or 2 fenced. An entry that has ended but was not
    /// swept lives on: no reader was told that it is gone.
    /// </summary>
    internal const string Renew = Begin + """
        local owner = holder(ARGV[4])
        if not owner then return 0 end
        if owner ~= ARGV[5] then return 2 end
        redis.call('ZADD', KEYS[3], text(now + tonumber(ARGV[6])), ARGV[4])
        return 1
        """;

    /// <summary>
    /// 4 id, 5 owner, 6 milliseconds to remember, 7 sequence. Answers whether there was something to remove. The goodbye is
    /// noted even if there was not: a request to register that was given up may still be on its way.
    /// </summary>
    internal const string Deregister = Begin + """
        local mine = ARGV[4] .. '\n' .. ARGV[5]
        redis.call('ZADD', KEYS[4], text(now + tonumber(ARGV[6])), mine)
        redis.call('HSET', KEYS[5], mine, ARGV[7])
        if holder(ARGV[4]) ~= ARGV[5] then return 0 end
        redis.call('ZADD', KEYS[4], text(now + tonumber(ARGV[6])), ARGV[4])
        redis.call('ZREM', KEYS[3], ARGV[4])
        redis.call('HDEL', KEYS[1], ARGV[4])
        redis.call('HDEL', KEYS[2], ARGV[4])
        bump({'left', ARGV[4]})
        return 1
        """;

    /// <summary>
    /// 4 and 5 the epoch and revision that the caller has. Answers epoch, revision, clock, next deadline; then, if they
    /// differ, the entries (id, document, owner line) and the departed.
    /// </summary>
    internal const string Read = Begin + Sweep + """
        sweep()
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', text(now))) do
          redis.call('ZREM', KEYS[4], id)
          redis.call('HDEL', KEYS[5], id)
        end
        local epoch = redis.call('HGET', KEYS[6], 'epoch') or ''
        local revision = redis.call('HGET', KEYS[6], 'revision') or '0'
        local due = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2] or ''
        if epoch == ARGV[4] and revision == ARGV[5] then return {epoch, revision, text(now), due} end
        local entries = {}
        for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
          entries[#entries + 1] = id
          entries[#entries + 1] = redis.call('HGET', KEYS[1], id) or ''
          entries[#entries + 1] = redis.call('HGET', KEYS[2], id) or ''
        end
        local departed = {}
        for _, member in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
          if not string.find(member, '\n', 1, true) then departed[#departed + 1] = member end
        end
        return {epoch, revision, text(now), due, entries, departed}
        """;
}
