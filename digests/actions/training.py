"""Training: the recommender learns anew from what readers keep, and is taken only if it is not worse than before."""

import logging
from datetime import timedelta

from accounts.hints import hint
from digests.actions.clock import database_now
from digests.learning import count_kept, load_histories, load_texts
from digests.models import TrainedModel
from digests.recommender import Model, PaperText
from digests.recommender.evaluation import Quality
from digests.recommender.trial import judge
from papers.models import Paper

LONGEST = timedelta(days=7)
MUCH = 1.2  # times the papers or what is kept of them: enough has changed
SMALL = 3_000  # papers: so few are learnt from while somebody waits
FEWEST_JUDGES = 20  # readers who kept something since; fewer say nothing of a model
TOLERANCE = 0.9  # of the nDCG of the one in use: a model is taken that loses no more, since the other may have seen what judges it
KEPT_MODELS = 2
log = logging.getLogger(__name__)


def model_in_use() -> Model:
    """Return the model that ranks, and see to it that it knows the catalogue: at once if that is small or nothing was learnt, else soon."""
    latest = TrainedModel.objects.latest_made()
    if latest is None or (latest.paper_count <= SMALL and has_much_changed(latest)):  # of large ones the clock sees to it
        if latest is None or Paper.objects.order_by()[: SMALL + 1].count() <= SMALL:
            train_model()
        else:
            hint("digests.train")
    found = TrainedModel.objects.in_use()
    return Model.from_bytes(bytes(found.weights)) if found else Model.train([], [])


def train_if_due() -> TrainedModel | None:
    """Train where the model in use is a week old, or much has changed since; return the new one, if any."""
    latest = TrainedModel.objects.latest_made()
    is_fresh = latest and latest.made_at >= database_now() - LONGEST and not has_much_changed(latest)
    return None if is_fresh else train_model()


def has_much_changed(model: TrainedModel) -> bool:
    """Tell whether the catalogue or what readers keep of it has grown by a fifth since a model was made."""
    return Paper.objects.count() > MUCH * model.paper_count or count_kept() > MUCH * model.kept_count


def train_model() -> TrainedModel:
    """Learn from everything, unless a model that learnt from what was there earlier ranks what came since worse than the one in use."""
    kept_count, paper_count, histories = count_kept(), Paper.objects.count(), load_histories()
    kept = {paper for papers in histories.values() for paper in papers}
    texts, before = load_texts(kept), TrainedModel.objects.in_use()
    ours, theirs = _compare(texts, histories, before) if before else (None, None)
    is_worse = bool(ours and theirs and ours.ndcg < TOLERANCE * theirs.ndcg)
    if is_worse:
        log.warning("The model that was just trained is worse than the one in use (%s, %s); the latter stays.", ours, theirs)
    made = TrainedModel.objects.create(
        paper_count=paper_count,
        kept_count=kept_count,
        reader_count=len(histories),
        quality=_figures(ours),
        beside=_figures(theirs),
        is_worse=is_worse,
        weights=b"" if is_worse else Model.train(texts, list(histories.values())).to_bytes(),
    )
    _forget_old()
    return made


def _compare(texts: list[PaperText], histories: dict[int, list[int]], before: TrainedModel) -> tuple[Quality | None, Quality | None]:
    """Let a new model and the one in use rank the papers that came since the latter was made, for those who kept some of them."""
    came = set(Paper.objects.filter(first_seen_at__gt=before.made_at).values_list("pk", flat=True))
    wanted = [came.intersection(papers) for papers in histories.values()]
    earlier = [[paper for paper in papers if paper not in came] for papers in histories.values()]
    if sum(bool(some and rest) for some, rest in zip(wanted, earlier, strict=True)) < FEWEST_JUDGES:
        return None, None
    new, old = [text for text in texts if text.id in came], [text for text in texts if text.id not in came]
    models = Model.train(texts, earlier), Model.from_bytes(bytes(before.weights))
    ours, theirs = (judge(model, new=new, old=old, saved=earlier, wanted=wanted) for model in models)
    return ours, theirs


def _figures(quality: Quality | None) -> dict[str, float]:
    if quality is None:
        return {}
    return {"ndcg_10": round(quality.ndcg, 4), "recall_20": round(quality.recall[20], 4), "readers": quality.readers}


def _forget_old() -> None:
    """Keep the figures of all models, and the weights of the latest few."""
    latest = TrainedModel.objects.with_weights().order_by("-pk").values_list("pk", flat=True)[:KEPT_MODELS]
    TrainedModel.objects.with_weights().filter(pk__lt=min(latest, default=0)).update(weights=b"")
