"""What every component of ours that learns from the training data has in common."""

from __future__ import annotations

from typing import Any, Dict, Text, Type, TypeVar

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

Self = TypeVar("Self", bound="Learned")


class Learned(GraphComponent):
    """A component whose whole knowledge is one picklable value, kept in the model's storage.

    Rasa wires components by parameter names and type annotations: the signatures here may not change.
    """

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make it untrained; Rasa calls `create` or `load`."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self.knowledge: Any = None

    @classmethod
    def create(
        cls: Type[Self],
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Make an untrained one."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: Type[Self],
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """Load a trained one."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.knowledge = joblib.load(folder / "knowledge.joblib")
        return component

    def keep(self, knowledge: Any) -> Resource:
        """Store what was learned and return where it lies."""
        self.knowledge = knowledge
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(knowledge, folder / "knowledge.joblib")
        return self._resource
