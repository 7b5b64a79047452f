"""One run: a program that would be run anyway says what it does, with what, and what came of it."""
import sigopt
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

train_X, test_X, train_y, test_y = train_test_split(*load_digits(return_X_y=True), test_size=0.4, random_state=1)

with sigopt.create_run(name="A small network") as run:
    run.log_dataset("digits")
    run.log_model("MLPClassifier")
    run.params.update(width=32, rate=0.01)
    run.params.setdefault("epochs", 20)
    model = MLPClassifier(hidden_layer_sizes=[run.params.width], learning_rate_init=run.params.rate, random_state=1)
    for epoch in range(run.params.epochs):
        model.partial_fit(train_X, train_y, classes=range(10))
        run.log_checkpoint({"loss": model.loss_, "accuracy": model.score(test_X, test_y)})
    run.log_metric("accuracy", model.score(test_X, test_y))
    run.log_metadata("iterations", model.n_iter_)

done = sigopt.get_run(run.id)
print(f"run {done.id}: {done.state}, accuracy {done.values['accuracy'].value:.3f} after {done.checkpoint_count} checkpoints")
