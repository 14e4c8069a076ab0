-- Sends wrk's request DEPTH times at once; wrk itself counts every answer.
local batch

function init(args)
  batch = string.rep(wrk.format(), tonumber(args[1]))
end

function request()
  return batch
end
