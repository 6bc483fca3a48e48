"""The jobs that make what the cluster serves: scripts, the conte model, the TTV model, prompts."""
