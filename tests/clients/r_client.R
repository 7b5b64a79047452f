# Every request of the R client for SigOpt, in its shapes: numbers rounded to four decimals, no content type, a body of {} for
# nothing, and a path that replaces that of the base URL. Run by test_r.py.
library(httr)
library(jsonlite)

headers <- c("User-Agent" = "SigOptR/0.0.1")
token <- authenticate(Sys.getenv("SIGOPT_API_TOKEN"), "")

read <- function(reply) {
  text <- content(reply, "text", encoding = "UTF-8")
  if (text == "") stop("No output to parse", call. = FALSE)
  value <- fromJSON(text, simplifyVector = FALSE)
  if (status_code(reply) >= 400) stop(paste(status_code(reply), value$message), call. = FALSE)
  value
}
get <- function(path, query = NULL)
  read(GET(Sys.getenv("SIGOPT_API_URL"), path = paste("v1", path, sep = "/"), query = query, token, add_headers(headers)))
post <- function(path, body)
  read(POST(Sys.getenv("SIGOPT_API_URL"), path = paste("v1", path, sep = "/"), body = toJSON(body, auto_unbox = TRUE), token,
            add_headers(headers)))

experiment <- post("experiments", list(
  name = "R exp",
  parameters = list(list(name = "x", type = "double", bounds = list(min = 0, max = 1)),
                    list(name = "y", type = "double", bounds = list(min = 0, max = 1)),
                    list(name = "c", type = "categorical", categorical_values = list("a", "b"))),
  metrics = list(list(name = "f", objective = "maximize")), observation_budget = 30, project = "sigopt-examples"))
at <- paste0("experiments/", experiment$id)
stopifnot(get(at)$id == experiment$id, get(at, list(a = "b c", n = 3))$id == experiment$id)

suggestion <- post(paste0(at, "/suggestions"), NULL)
observation <- post(paste0(at, "/observations"), list(suggestion = suggestion$id, values = list(list(
  name = "f", value = 0.123456789, value_stddev = 1e-7))))
stopifnot(observation$values[[1]]$value == 0.1235, observation$values[[1]]$value_stddev == 1e-7)

# Assignments that come back are rounded; they are a point of their own.
again <- post(paste0(at, "/observations"), list(assignments = suggestion$assignments, values = list(list(name = "f", value = 0.5))))
stopifnot(abs(again$assignments$x - suggestion$assignments$x) <= 5e-5)

failed <- post(paste0(at, "/observations"), list(suggestion = post(paste0(at, "/suggestions"), NULL)$id, failed = TRUE))
stopifnot(failed$failed, length(failed$values) == 0)
value <- post(paste0(at, "/observations"), list(suggestion = post(paste0(at, "/suggestions"), NULL)$id, value = 1.0639))
stopifnot(value$values[[1]]$value == 1.0639)

queued <- post(paste0(at, "/queued_suggestions"), list(assignments = list(x = 0.25, y = 0.75, c = "b")))
suggestion <- post(paste0(at, "/suggestions"), NULL)
stopifnot(queued$assignments$x == 0.25, suggestion$assignments$x == 0.25, suggestion$assignments$c == "b")

for (wrong in list(NaN, Inf, NA)) {
  said <- tryCatch(post(paste0(at, "/observations"), list(assignments = queued$assignments, value = wrong)), error = conditionMessage)
  stopifnot(is.character(said), startsWith(said, "400 "))
}
said <- tryCatch(get("experiments/999999"), error = conditionMessage)
stopifnot(startsWith(said, "404 "))
stopifnot(get(at)$progress$observation_count == 4)
cat("all requests answered\n")
