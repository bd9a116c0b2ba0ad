-- Requests for wrk: the addresses of a file in turn, each with a comment that counts, so that no text comes twice.
-- Arguments: the file, and the number to count from; without a number the first address is asked for over and over.
local paths, number, turn = {}, nil, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    paths[#paths + 1] = line
  end
  number = tonumber(arguments[2])
end

function request()
  if number == nil then
    return wrk.format("GET", paths[1])
  end
  turn = turn + 1
  return wrk.format("GET", paths[turn % #paths + 1] .. "%20%23" .. (number + turn))
end
