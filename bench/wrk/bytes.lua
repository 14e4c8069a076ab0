-- Prints how many bytes came: an answer so large that few are whole in time is counted in bytes.
function done(summary)
  print(string.format("bytes %.0f", summary.bytes))
end
