-- wrk with another body for each request, as a script for this API would make it.
local text = ("Spoke with the family about the spring appeal, they asked for the annual report and " ..
              "for a call in May. "):rep(4):sub(1, 330)
local n = 0
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer bench-token"
wrk.headers["Accept"] = "application/json"

function request()
    n = n + 1
    local body = string.format('{"contactId":%d,"type":"General","note":"%s (%010d)",' ..
        '"noteDateTime":"2019-03-04T12:00:00","important":false}', 100000 + n % 50000, text, n)
    return wrk.format("POST", "/api/ContactNote", nil, body)
end

function done(summary)
    io.write(string.format("requests %d\n", summary.requests))
end
