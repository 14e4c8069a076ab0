-- Walks through COUNT different files, /many/0.html and so on. The stride has no common factor
-- with the count, so every file has its turn, and neighbours in time are no neighbours on disk.
local requests, count, at = {}, 0, 0
local STRIDE = 1609

function init(args)
  count = tonumber(args[1])
  for i = 0, count - 1 do
    requests[i] = wrk.format("GET", "/many/" .. i .. ".html")
  end
end

function request()
  at = (at + STRIDE) % count
  return requests[at]
end
