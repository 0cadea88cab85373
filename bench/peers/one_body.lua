-- wrk with one body, made once: canned bytes.
local text = ("Spoke with the family about the spring appeal, they asked for the annual report and " ..
              "for a call in May. "):rep(4):sub(1, 330)
wrk.method = "POST"
wrk.path = "/api/ContactNote"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer bench-token"
wrk.headers["Accept"] = "application/json"
wrk.body = string.format('{"contactId":%d,"type":"General","note":"%s (%010d)",' ..
    '"noteDateTime":"2019-03-04T12:00:00","important":false}', 100000, text, 7)

function done(summary)
    io.write(string.format("requests %d\n", summary.requests))
end
