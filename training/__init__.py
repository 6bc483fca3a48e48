"""Training jobs for what the cluster serves: scripts, the conte model, the video model, prompts."""
