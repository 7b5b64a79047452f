# The loop in R, with nothing but httr and jsonlite: a function whose value exists only inside of a disk.
#
#   SIGOPT_API_URL=... SIGOPT_API_TOKEN=... Rscript docs/examples/loop.R

api <- function(method, path, body = NULL) {
  reply <- httr::VERB(method, paste0(Sys.getenv("SIGOPT_API_URL"), "/v1/", path),
                      httr::authenticate(Sys.getenv("SIGOPT_API_TOKEN"), ""),
                      body = jsonlite::toJSON(body, auto_unbox = TRUE, digits = NA, null = "null"))
  value <- jsonlite::fromJSON(httr::content(reply, "text", encoding = "UTF-8"), simplifyVector = FALSE)
  if (httr::status_code(reply) >= 400) stop(value$message)
  value
}

branin <- function(x, y) {
  if ((x - 2.5)^2 + (y - 7.5)^2 > 50) return(NULL)
  (y - 5.1 / (4 * pi^2) * x^2 + 5 / pi * x - 6)^2 + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10
}

budget <- 40
experiment <- api("POST", "experiments", list(
  name = "Branin in a disk, from R",
  parameters = list(list(name = "x", type = "double", bounds = list(min = -5, max = 10)),
                    list(name = "y", type = "double", bounds = list(min = 0, max = 15))),
  metrics = list(list(name = "value", objective = "minimize")),
  observation_budget = budget))
at <- paste0("experiments/", experiment$id)

for (i in seq_len(budget)) {
  suggestion <- api("POST", paste0(at, "/suggestions"), setNames(list(), character()))
  value <- branin(suggestion$assignments$x, suggestion$assignments$y)
  report <- if (is.null(value)) list(failed = TRUE) else list(values = list(list(name = "value", value = value)))
  api("POST", paste0(at, "/observations"), c(list(suggestion = suggestion$id), report))
}

best <- api("GET", paste0(at, "/best_assignments"))$data[[1]]
cat(sprintf("experiment %s: %.4f at x = %.3f, y = %.3f (optimum 0.3979)\n", experiment$id, best$values[[1]]$value,
            best$assignments$x, best$assignments$y))
